"""Settings are refused with a message that names each variable and what is wrong with it."""

import pytest

from backend.settings import Environment, SettingsError, from_environ

GOOD = {
    "CAAS_DATABASE_URL": "postgresql+asyncpg://a@h/d",
    "CAAS_DATABASE_RELAY_URL": "postgresql+asyncpg://r@h/d",
    "CAAS_MASTER_KEYS": "k:…",
    "CAAS_TOKEN_KEYS": "{}",
    "CAAS_SANDBOX_SECRET": "whsec_x",
    "PATH": "/usr/bin",
}


def test_good_settings_are_read_by_name_and_type() -> None:
    settings = from_environ({**GOOD, "CAAS_ENVIRONMENT": "test", "CAAS_DATABASE_POOL": "30"})

    assert (settings.environment, settings.database_pool) == (Environment.TEST, 30)
    assert settings.public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("_case", "change", "told"),
    [
        ("missing", {"CAAS_MASTER_KEYS": None}, "CAAS_MASTER_KEYS: must be set"),
        ("no number", {"CAAS_DATABASE_POOL": "many"}, "CAAS_DATABASE_POOL: Expected `int`"),
        ("out of range", {"CAAS_DATABASE_POOL": "1"}, "CAAS_DATABASE_POOL: Expected `int` >= 8"),
        ("misspelt", {"CAAS_DATABSE_POOL": "10"}, "CAAS_DATABSE_POOL: no such setting"),
        ("an unknown place", {"CAAS_ENVIRONMENT": "moon"}, "CAAS_ENVIRONMENT: Invalid enum value 'moon'"),
        ("sandbox in production", {"CAAS_ENVIRONMENT": "production"}, "production can't use sandbox providers"),
        ("sandbox without its secret", {"CAAS_SANDBOX_SECRET": None}, "CAAS_SANDBOX_SECRET: must be set while"),
    ],
)
def test_bad_settings_are_refused_by_name(_case: str, change: dict[str, str | None], told: str) -> None:
    environ = {name: value for name, value in {**GOOD, **change}.items() if value is not None}

    with pytest.raises(SettingsError, match=r"CAAS_|production") as refusal:
        from_environ(environ)

    assert told in str(refusal.value)


def test_every_complaint_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        from_environ({"CAAS_DATABASE_POOL": "many"})

    assert str(refusal.value).count("CAAS_") == 5
