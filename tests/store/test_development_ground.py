import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from backend.development import Ground, embedded, prepare
from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.inspection import inspect
from backend.settings import from_environ


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="caas-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """The embedded server of `folder`, kept up from test to test."""
    server = embedded(folder).start()
    yield server
    server.stop("immediate")


@asynccontextmanager
async def prepared(folder: Path, environ: Mapping[str, str], api_port: int = 8000) -> AsyncIterator[Ground]:
    ground = await prepare(folder, environ, api_port=api_port)
    yield ground
    if ground.postgres is not None:
        ground.postgres.release()


@pytest.mark.usefixtures("server")
async def test_from_nothing_comes_a_migrated_database_and_settings_that_fit_it(folder: Path) -> None:
    async with prepared(folder, {"PATH": "/usr/bin"}, api_port=8123) as ground:
        settings = from_environ(ground.environ)
        seen = await inspect(settings.database_url)

    assert (seen.missing, seen.complaints) == (frozenset(), ())
    assert settings.public_url == "http://127.0.0.1:8123"
    assert ground.environ["PATH"] == "/usr/bin"


@pytest.mark.usefixtures("server")
async def test_preparing_again_changes_nothing_and_keeps_what_was_set_by_hand(folder: Path) -> None:
    async with prepared(folder, {}) as first, prepared(folder, {"CAAS_LOG_LEVEL": "DEBUG"}) as second:
        assert second.environ == {**first.environ, "CAAS_LOG_LEVEL": "DEBUG"}


async def test_a_database_url_turns_the_embedded_server_off(server: EmbeddedPostgres, tmp_path: Path) -> None:
    server.ensure_database("elsewhere")

    async with prepared(tmp_path, {"DATABASE_URL": server.url("elsewhere")}) as ground:
        seen = await inspect(ground.environ["CAAS_DATABASE_URL"])

    assert ground.postgres is None
    assert not (tmp_path / "postgres").exists()
    assert ground.environ["CAAS_DATABASE_URL"].endswith(f":{server.port}/elsewhere")
    assert (seen.missing, seen.complaints) == (frozenset(), ())


async def test_a_preparation_that_fails_leaves_no_server_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(owner_url: str) -> None:
        raise RuntimeError(owner_url)

    monkeypatch.setattr("backend.development.migrate", refuse)

    with pytest.raises(RuntimeError, match="/caas"):
        await prepare(folder / "second", {})

    assert embedded(folder / "second").pid is None
