"""The bot's settings, read once from `CAAS_BOT_*` and refused with a message that says what to do."""

from collections.abc import Mapping
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

PREFIX = "CAAS_BOT_"
GRAPH = "https://graph.facebook.com"
TELEGRAM = "https://api.telegram.org"
_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}


class SettingsError(Exception):
    """The environment does not describe a bot that can start."""


class Telegram(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agents' group of one tenant: a forum in which the bot may manage topics."""

    token: str
    group: int
    webhook_secret: Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{16,256}$")]


class LanguageModel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a language model says which errand a text asks for: an endpoint of chat completions, as OpenAI's is.

    `url` is what `/chat/completions` comes after.
    """

    url: str
    model: Annotated[str, Meta(min_length=1)]
    key: str = ""  # for a server of one's own there may be none
    timeout_ms: Annotated[int, Meta(ge=100, le=10_000)] = 2500


class Line(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One WhatsApp number of one tenant."""

    tenant: str
    brand: str
    phone_number_id: str
    waba_id: str
    token: str
    app_secret: str
    verify_token: str
    app_url: str
    language: str = "en"
    time_zone: str = "Africa/Lagos"
    service_key: str = ""  # the bot's own key at the platform
    telegram: Telegram | None = None
    language_model: bool = False  # whether what is written here may be read by the language model, without figures


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting, with its environment variable being the upper-cased name after `CAAS_BOT_`."""

    database_url: str  # a role of the bot's own, bound by row-level security
    database_owner_url: str | None = None  # for migrations only
    database_pool: Annotated[int, Meta(ge=2, le=50)] = 8
    seal_keys: str  # "id:base64,older-id:base64", the newest first
    lines: list[Line]  # JSON
    language_model: LanguageModel | None = None  # JSON
    api_url: str = "http://127.0.0.1:8000"
    graph_url: str = GRAPH
    telegram_url: str = TELEGRAM
    environment: str = "development"
    concurrency: Annotated[int, Meta(ge=1, le=500)] = 64
    lease_s: Annotated[int, Meta(ge=1, le=300)] = 30
    log_level: str = "INFO"

    @property
    def is_production(self) -> bool:
        """True where people are real."""
        return self.environment == "production"


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Reads `CAAS_BOT_*`. Raises SettingsError naming every variable that is missing or wrong."""
    given = {name[len(PREFIX) :].lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    given.setdefault("environment", environ.get("CAAS_ENVIRONMENT", "development"))
    hints: dict[str, Any] = get_type_hints(Settings, include_extras=True)
    complaints = [f"{PREFIX}{name.upper()}: no such setting" for name in given.keys() - hints.keys()]
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        if field.name not in given:
            if field.required:
                complaints.append(f"{PREFIX}{field.name.upper()}: must be set")
            continue
        try:
            values[field.name] = _read(field.name, given[field.name], hints[field.name])
        except msgspec.ValidationError as refusal:
            complaints.append(f"{PREFIX}{field.name.upper()}: {refusal}")
        except msgspec.DecodeError as refusal:
            complaints.append(f"{PREFIX}{field.name.upper()}: not JSON, {refusal}")
    if complaints:
        raise SettingsError("; ".join(sorted(complaints)))
    return _refuse_contradictions(Settings(**values))


def _read(name: str, value: str, hint: Any) -> Any:
    if name in {"lines", "language_model"}:
        return msgspec.json.decode(value.encode(), type=hint)
    return msgspec.convert(value, hint, strict=False)


def _refuse_contradictions(settings: Settings) -> Settings:
    numbers = [line.phone_number_id for line in settings.lines]
    if len(set(numbers)) != len(numbers):
        raise SettingsError(f"{PREFIX}LINES: two lines with the same phone_number_id")
    if settings.is_production and (settings.graph_url != GRAPH or settings.telegram_url != TELEGRAM):
        raise SettingsError(f"production speaks to {GRAPH} and {TELEGRAM} only: unset the other addresses")
    model = settings.language_model
    if model is None and any(line.language_model for line in settings.lines):
        raise SettingsError(f"{PREFIX}LINES: a line wants the language model, but {PREFIX}LANGUAGE_MODEL is not set")
    if model is not None and not _is_safe(model.url, production=settings.is_production):
        raise SettingsError(f"{PREFIX}LANGUAGE_MODEL: `url` begins with https://, but for a server on this machine")
    return settings


def _is_safe(url: str, *, production: bool) -> bool:
    """Whether what people write is out of others' sight on its way there."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and (not production or parts.hostname in _THIS_MACHINE))
