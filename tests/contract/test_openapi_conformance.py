"""The running API against its own document: no crash, no undocumented status, no answer that breaks its schema."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import pytest

from backend import wiring
from backend.devserver import Program, Supervisor
from backend.kernel.module import Services
from backend.kernel.postgres_host import HOST, any_free_port
from backend.kernel.tenants import Tenant
from shared.roles import Role
from tests.builders import platform
from tests.builders.population import Borrower, populate, someone
from tests.builders.running import environ_of
from tests.contract.openapi_probe import probe

STAFF = (Role.OPERATIONS, Role.TENANT_ADMIN, Role.COMPLIANCE_OFFICER, Role.SUPPORT_AGENT)


@dataclass(frozen=True)
class Ground:
    """An API in a process of its own, and who can call it."""

    url: str
    services: Services
    tenant: Tenant
    borrower: Borrower
    product_id: UUID
    staff: Mapping[Role, UUID]

    def headers(self, *roles: Role) -> dict[str, str]:
        """A fresh token of the borrower or of staff with these roles; nobody's without any."""
        if not roles:
            return {"X-Tenant": self.tenant.slug}
        who = self.borrower.user_id if roles == (Role.BORROWER,) else self.staff[roles[0]]
        return platform.caller(self.services, self.tenant, *roles, user_id=who, totp=True).headers

    @property
    def known(self) -> dict[str, UUID]:
        """Ids of things that are there, by the name of the path parameter that takes them."""
        return {
            "loan_id": self.borrower.loan_id,
            "application_id": self.borrower.application_id,
            "product_id": self.product_id,
            "user_id": self.borrower.user_id,
        }


@pytest.fixture(scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    postgres = platform.server()
    port = any_free_port()
    await platform.fresh_database(postgres, f"conformance_{port}")
    settings = platform.settings_for(postgres, f"conformance_{port}", public_url=f"http://{HOST}:{port}")
    services = wiring.build_services(settings)
    population = await populate(services, "probed", borrowers=1)
    staff = {
        role: await someone(services, population.tenant, f"+23480399999{number:02}", role)
        for number, role in enumerate(STAFF)
    }
    api = Program("api", ("serve", "--port", f"{port}"), f"{settings.public_url}/health/ready")
    supervisor = Supervisor([api], environ_of(settings), tmp_path_factory.mktemp("logs"))
    async with supervisor.running():
        yield Ground(
            url=settings.public_url,
            services=services,
            tenant=population.tenant,
            borrower=population.borrowers[0],
            product_id=population.product_id,
            staff=staff,
        )
    await services.database.close()


@pytest.mark.xdist_group("conformance")
@pytest.mark.parametrize(
    ("roles", "phase", "mode", "examples"),
    [
        pytest.param(STAFF, "coverage", "all", 1, id="staff at every limit"),
        pytest.param((Role.BORROWER,), "coverage", "positive", 1, id="a borrower at every limit"),
        pytest.param((Role.BORROWER,), "fuzzing", "all", 2, id="a borrower at random"),
        *(pytest.param((role,), "fuzzing", "positive", 1, id=f"{role} at random") for role in STAFF),
        pytest.param((), "fuzzing", "all", 1, id="nobody at random"),
    ],
)
async def test_the_api_answers_as_its_document_says(
    ground: Ground, roles: tuple[Role, ...], phase: str, mode: str, examples: int
) -> None:
    headers = ground.headers(*roles)

    findings = await asyncio.to_thread(
        probe, ground.url, headers, ground.known, phase=phase, mode=mode, examples=examples
    )

    assert findings.is_clean, str(findings)
    assert len(findings.operations) > 100, "the probe reached too little to say anything"
    assert sum(findings.statuses.values()) >= len(findings.operations)
