"""What journeys share: the running platform with its tenants."""

from collections.abc import AsyncIterator

import pytest

from tests.builders.houses import Street, street
from tests.builders.running import RunningPlatform
from tests.journeys.abreast import Walks


@pytest.fixture(scope="session")
async def road(running_platform: RunningPlatform) -> AsyncIterator[Street]:
    """A way to found tenants on the running platform."""
    async with street(running_platform) as open_street:
        yield open_street


@pytest.fixture(scope="session")
def walks(request: pytest.FixtureRequest) -> Walks:
    """All journeys that were chosen."""
    return Walks.of(request.session.items)
