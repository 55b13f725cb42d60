"""What journeys share: the running platform with its tenants."""

from collections.abc import AsyncIterator

import pytest

from tests.builders.houses import House, Street, street
from tests.builders.running import RunningPlatform


@pytest.fixture(scope="session")
async def road(running_platform: RunningPlatform) -> AsyncIterator[Street]:
    """A way to found tenants on the running platform."""
    async with street(running_platform) as open_street:
        yield open_street


@pytest.fixture(scope="session")
async def house(road: Street) -> House:
    """A tenant whose business date stands still, for all journeys that need no time to go by."""
    return await road.house()
