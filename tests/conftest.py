"""What every test may ask for: a database of its own worker's, the kernel's services on it, and a tenant of its own.

Tests that ask for `running_platform` share one set of processes, so all of them go to the same worker of a test run.
"""

import os
import sys
from collections.abc import AsyncIterator

import hypothesis
import pytest
import structlog
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from backend import wiring
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from tests.builders import platform, running

# A run starts many processes: what the first has compiled the others read, also where a shell says otherwise.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# By itself structlog draws a traceback with every local variable: seconds of work for each error that a test provokes.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)

# How fast a machine makes inputs is no property of the program: timing is for tests/bench.
hypothesis.settings.register_profile("caas", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("caas")

WITH_PROCESSES = ("tests/app/browser/", "tests/journeys/", "tests/races/")


class OneWorkerForProcesses(LoadScopeScheduling):  # type: ignore[misc]  # untyped
    """Hands out tests file by file, and all that share processes to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return "processes" if nodeid.startswith(WITH_PROCESSES) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneWorkerForProcesses:
    return OneWorkerForProcesses(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        uses_processes = "running_platform" in getattr(item, "fixturenames", ())
        if uses_processes and not item.nodeid.startswith(WITH_PROCESSES):
            raise pytest.UsageError(f"{item.nodeid} uses running_platform: it belongs into one of {WITH_PROCESSES}")


def pytest_sessionfinish() -> None:
    """The last test run that uses the server stops it."""
    if platform.server.cache_info().currsize:
        platform.server().release()


@pytest.fixture(scope="session")
async def settings() -> Settings:
    """Settings of a platform on a fresh, migrated database."""
    postgres = platform.server()
    name = f"tests_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    await platform.fresh_database(postgres, name)
    return platform.settings_for(postgres, name)


@pytest.fixture(scope="session")
async def services(settings: Settings) -> AsyncIterator[Services]:
    """The kernel's services on that database."""
    services = wiring.build_services(settings)
    yield services
    await services.database.close()


@pytest.fixture
async def tenant(services: Services) -> Tenant:
    """A tenant that no other test knows."""
    return await platform.new_tenant(services)


@pytest.fixture(scope="session")
async def running_platform(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[running.RunningPlatform]:
    """The whole platform in processes of its own, over a database of its own."""
    logs = tmp_path_factory.mktemp("logs")
    async with running.running(logs) as platform_:
        yield platform_
