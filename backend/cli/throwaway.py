"""A whole platform for a while: on free ports, over a database of its own, gone at the end."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.cli.up import programs
from backend.development import prepare
from backend.devserver import Supervisor
from backend.kernel.embedded_postgres import EmbeddedPostgres
from backend.kernel.postgres_host import HOST, any_free_port
from backend.seed import seed_demo
from backend.settings import PREFIX, from_environ


@dataclass(frozen=True, slots=True)
class Throwaway:
    """Where it is reached, and what it is made of."""

    api_url: str
    sandbox_url: str
    environ: dict[str, str]
    logs: Path
    supervisor: Supervisor
    postgres: EmbeddedPostgres


@asynccontextmanager
async def throwaway_platform() -> AsyncIterator[Throwaway]:
    """A platform with the demo tenants, ready at the start of the block.

    Raises PlatformNotReady, PostgresNotStarted.
    """
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="caas-"))
    port, sandbox_port = any_free_port(), any_free_port()
    environ = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DATABASE_URL"))}
    ground = await prepare(folder, environ, api_port=port, sandbox_port=sandbox_port)
    assert ground.postgres is not None, "without DATABASE_URL there is an embedded one"
    try:
        logs = folder / "logs"
        supervisor = Supervisor(programs(port, sandbox_port), ground.environ, logs, postgres=ground.postgres)
        async with supervisor.running():
            await seed_demo(from_environ(ground.environ))
            yield Throwaway(
                api_url=f"http://{HOST}:{port}",
                sandbox_url=f"http://{HOST}:{sandbox_port}",
                environ=ground.environ,
                logs=logs,
                supervisor=supervisor,
                postgres=ground.postgres,
            )
    finally:
        await asyncio.to_thread(ground.postgres.stop)
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
