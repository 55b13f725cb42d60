"""How a client reaches the API: address, tenant and the limits that every call has."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

VERSION = "0.1.0"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """Settings of one client; refused when they make no sense or would send tokens over a readable line.

    Times are in seconds. `deadline_s` limits a whole call, retries and pauses included; the others one try.
    Plain http is for this machine only, unless `allow_plain_http` says that the network in between is trusted.
    """

    base_url: str
    tenant: str = field(metadata={"note": "slug, sent as X-Tenant"})
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 20.0
    deadline_s: float = 60.0
    max_retries: int = 3
    backoff_base_s: float = 0.2
    backoff_cap_s: float = 8.0
    max_response_bytes: int = 32 * 1024 * 1024
    max_connections: int = 100
    language: str | None = None
    sandbox_url: str | None = None
    user_agent: str = f"caas-python/{VERSION}"
    allow_plain_http: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError with what to change."""
        self._check_address("base_url", self.base_url)
        if self.sandbox_url is not None:
            self._check_address("sandbox_url", self.sandbox_url)
        if not self.tenant:
            raise ValueError("tenant is empty. Give the tenant's slug.")
        if min(self.connect_timeout_s, self.read_timeout_s, self.deadline_s, self.max_response_bytes) <= 0:
            raise ValueError("Time-outs and limits must be positive.")
        if not 0 <= self.max_retries <= 10:
            raise ValueError("max_retries must lie between 0 and 10.")

    def _check_address(self, name: str, address: str) -> None:
        url = urlsplit(address)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise ValueError(f"{name} {address!r} is not a web address. Give one such as https://api.example.com.")
        if url.query or url.fragment or url.username:
            raise ValueError(f"{name} carries a query, fragment or user name. Give only scheme, host and path.")
        if url.scheme == "http" and url.hostname not in _LOOPBACK and not self.allow_plain_http:
            raise ValueError(f"{name} is plain http to another machine. Use https, or set allow_plain_http.")
