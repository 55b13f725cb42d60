"""Where this app finds its platform, and whose app it is."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from shared.client import ClientConfig

_BUILT_IN = Path(__file__).with_name("endpoint.json")  # written when a phone build is staged


@dataclass(frozen=True, slots=True, kw_only=True)
class AppConfig:
    """One tenant's app."""

    api_url: str = "http://127.0.0.1:8000"
    tenant: str = "demo"
    development: bool = False  # shows the component gallery
    push_app_id: str = ""  # the tenant's app at OneSignal, in phone builds that send notices
    trusted_network: bool = False  # plain http to the API, where app and API share a private network

    def client(self, language: str) -> ClientConfig:
        """How the SDK reaches the API in the name of a reader of `language`. Raises ValueError for a bad address."""
        return ClientConfig(
            base_url=self.api_url,
            tenant=self.tenant,
            language=language,
            user_agent="caas-app/1",
            deadline_s=25,
            max_retries=2,
            allow_plain_http=self.trusted_network,
        )


def built_in(file: Path = _BUILT_IN) -> AppConfig:
    """The configuration that a phone build carries; that of a platform on this machine where there is none."""
    if not file.exists():
        return AppConfig()
    given: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    return replace(AppConfig(), **given)
