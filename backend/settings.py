"""Settings: typed, read once from the environment, refused with a message that says what to do."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

PREFIX = "CAAS_"
BOT_PREFIX = "CAAS_BOT_"  # the bot reads its own


class Environment(StrEnum):
    """Where the platform runs. Sandbox providers and demo data are refused in production."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Providers(StrEnum):
    """Which outside world a port talks to. Nothing ever falls back from one to another."""

    SANDBOX = "sandbox"


class SettingsError(Exception):
    """The environment does not describe a platform that can start."""


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting, with its environment variable being the upper-cased name after `CAAS_`."""

    environment: Environment = Environment.DEVELOPMENT
    database_url: str  # the application role: no owner, bound by row-level security
    database_relay_url: str  # the role that may read the outbox of all tenants, and nothing else
    database_owner_url: str | None = None  # for migrations only
    database_pool: Annotated[int, Meta(ge=8, le=100)] = 20
    master_keys: str  # "id:base64,older-id:base64", the newest first; wraps the tenants' data keys
    token_keys: str  # private signing keys for access tokens as a JWK set, the newest first
    public_url: str = "http://127.0.0.1:8000"
    sandbox_url: str = "http://127.0.0.1:8001"
    sandbox_secret: str | None = None  # signs the sandbox providers' webhooks
    sandbox_whatsapp: str | None = None  # the business numbers that the sandbox's WhatsApp knows, as JSON
    verification: Providers = Providers.SANDBOX
    rail: Providers = Providers.SANDBOX
    messages: Providers = Providers.SANDBOX
    lenders: Providers = Providers.SANDBOX
    worker_concurrency: Annotated[int, Meta(ge=4, le=200)] = 40
    job_timeout_s: Annotated[int, Meta(ge=2, le=600)] = 30  # a job whose worker went silent for so long is taken over
    log_level: str = "INFO"
    otlp_endpoint: str | None = None

    @property
    def is_production(self) -> bool:
        """True where sandbox providers must not be."""
        return self.environment is Environment.PRODUCTION


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Reads `CAAS_*`.

    Raises SettingsError naming every variable that is missing or wrong, and what it must look like.
    """
    given = {
        name[len(PREFIX) :].lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(BOT_PREFIX)
    }
    hints: dict[str, Any] = get_type_hints(Settings, include_extras=True)
    complaints = [f"{PREFIX}{name.upper()}: no such setting" for name in given.keys() - hints.keys()]
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        if field.name not in given:
            if field.required:
                complaints.append(f"{PREFIX}{field.name.upper()}: must be set")
            continue
        try:
            values[field.name] = msgspec.convert(given[field.name], hints[field.name], strict=False)
        except msgspec.ValidationError as refusal:
            complaints.append(f"{PREFIX}{field.name.upper()}: {refusal}")
    if complaints:
        raise SettingsError("; ".join(sorted(complaints)))
    return _refuse_contradictions(Settings(**values))


def _refuse_contradictions(settings: Settings) -> Settings:
    sandboxed = [
        name for name in ("verification", "rail", "messages", "lenders") if getattr(settings, name) is Providers.SANDBOX
    ]
    if settings.is_production and sandboxed:
        raise SettingsError(f"production can't use sandbox providers: set {', '.join(sandboxed)} to a real provider")
    if sandboxed and not settings.sandbox_secret:
        raise SettingsError(f"{PREFIX}SANDBOX_SECRET: must be set while {', '.join(sandboxed)} use the sandbox")
    return settings
