"""What every test may ask for: a database of its own worker's, the kernel's services on it, and a tenant of its own."""

import os
from collections.abc import AsyncIterator

import pytest

from backend import wiring
from backend.kernel.module import Services
from backend.kernel.tenants import Tenant
from backend.settings import Settings
from tests.builders import platform


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
