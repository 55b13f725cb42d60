import pytest
from click.testing import CliRunner

from backend.cli import main
from backend.kernel.inspection import DatabaseUnusable, inspect
from backend.kernel.postgres_roles import set_passwords
from backend.settings import Settings
from tests.builders import platform
from tests.builders.running import environ_of


async def test_the_applications_role_on_a_migrated_database_gives_no_cause_for_complaint(settings: Settings) -> None:
    seen = await inspect(settings.database_url)

    assert (seen.missing, seen.complaints) == (frozenset(), ())


async def test_an_owner_in_place_of_the_application_is_noticed(settings: Settings) -> None:
    assert settings.database_owner_url is not None

    seen = await inspect(settings.database_owner_url)

    assert any("bypasses row-level security" in each for each in seen.complaints)


async def test_an_empty_database_lacks_every_revision() -> None:
    server = platform.server()
    server.ensure_database("inspected_empty")
    try:
        seen = await inspect(platform.asyncpg_url(server.url("inspected_empty")))
    finally:
        server.drop_database("inspected_empty")

    assert seen.missing


async def test_a_server_that_is_not_there_is_said_to_be_unusable() -> None:
    with pytest.raises(DatabaseUnusable):
        await inspect("postgresql+asyncpg://caas_app:x@127.0.0.1:1/caas")


async def test_a_password_that_needs_quoting_is_never_sent(settings: Settings) -> None:
    assert settings.database_owner_url is not None

    with pytest.raises(AssertionError):
        await set_passwords(settings.database_owner_url, {"caas_app": "x'; drop role caas_app; --"})


def test_migrate_says_whether_anything_is_missing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ_of(settings).items():
        monkeypatch.setenv(name, value)

    checked = CliRunner().invoke(main, ["migrate", "--check"])

    assert (checked.exit_code, checked.output) == (0, "The schema is up to date.\n")
