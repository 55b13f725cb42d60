"""A platform in processes of its own on free ports: the API, the worker and the sandbox over a server of its own.

The server is its own because tests kill it; those of the other workers must not notice.
"""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from backend.cli.up import programs
from backend.devserver import Supervisor
from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.postgres_host import HOST, any_free_port
from backend.settings import PREFIX, Settings
from tests.builders import platform

DATABASE = "running"


@dataclass(frozen=True)
class RunningPlatform:
    """Where it is reached, and how it is harmed."""

    settings: Settings
    supervisor: Supervisor
    postgres: EmbeddedPostgres

    @property
    def url(self) -> str:
        """The API's address."""
        return self.settings.public_url

    @property
    def sandbox_url(self) -> str:
        """The outside world's address."""
        return self.settings.sandbox_url

    def kill(self, name: str) -> None:
        """Kills `api`, `worker`, `sandbox` or `postgres` with signal 9; the supervisor brings it back."""
        pid = self.postgres.pid if name == "postgres" else self.supervisor.pid(name)
        assert pid is not None, f"{name} is up before it is killed"
        os.kill(pid, signal.SIGKILL)

    async def ready(self) -> None:
        """Waits until everything answers again."""
        await self.supervisor.ready()


def environ_of(settings: Settings) -> dict[str, str]:
    """The environment that describes `settings` to another process."""
    given = {name: value for name, value in msgspec.to_builtins(settings).items() if value is not None}
    return {**os.environ, **{f"{PREFIX}{name.upper()}": str(value) for name, value in given.items()}}


@asynccontextmanager
async def running(logs: Path) -> AsyncIterator[RunningPlatform]:
    """A platform, ready at the start of the block and gone after it."""
    with platform.own_server() as postgres:
        await platform.fresh_database(postgres, DATABASE)
        async with _processes(postgres, logs) as running_platform:
            yield running_platform


@asynccontextmanager
async def _processes(postgres: EmbeddedPostgres, logs: Path) -> AsyncIterator[RunningPlatform]:
    port, sandbox_port = any_free_port(), any_free_port()
    settings = platform.settings_for(
        postgres,
        DATABASE,
        public_url=f"http://{HOST}:{port}",
        sandbox_url=f"http://{HOST}:{sandbox_port}",
    )
    supervisor = Supervisor(programs(port, sandbox_port), environ_of(settings), logs, postgres=postgres)
    async with supervisor.running():
        yield RunningPlatform(settings=settings, supervisor=supervisor, postgres=postgres)
