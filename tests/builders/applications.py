"""Products, verified applicants and their applications, for tests."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import msgspec

from backend import applications
from backend.kernel.db import Tx
from backend.kernel.module import Module, Services
from backend.kernel.scope import Role, Scope
from backend.kernel.tenants import Tenant
from backend.onboarding import details, store
from backend.onboarding.party import HOLDER, NUMBER
from backend.onboarding.records import AccountRecord, CaseRecord
from backend.underwriting.usecases.check_statement import check_statement
from shared.api.bank_accounts import AccountOwnership, AccountScheme
from shared.api.onboarding import CaseState, IdentityDetailsIn, KybTask, KycTask, RegistrationDetailsIn
from shared.api.products import AttachmentKind, BorrowerKind, Channel, ProductIn, ProductKind, ProductOut
from shared.events.onboarding import PartyKind
from shared.ids import new_id
from shared.terms import Frequency
from tests.builders import platform
from tests.builders.members import add_business
from tests.builders.statements import as_csv, salaried

WORKING_CAPITAL = ProductIn(
    code="working-capital-ngn",
    kind=ProductKind.WORKING_CAPITAL,
    name="Working capital",
    currency="NGN",
    borrowers=(BorrowerKind.PERSON, BorrowerKind.BUSINESS),
    channels=(Channel.IOS, Channel.ANDROID, Channel.WEB, Channel.WHATSAPP),
    countries=("NG",),
    min_amount_minor=1_000_000,
    max_amount_minor=100_000_000,
    amount_step_minor=10_000,
    min_instalments=3,
    max_instalments=12,
    frequency=Frequency.MONTHLY,
    max_rate_pct=Decimal(30),
    max_apr_pct=Decimal(36),
)


def product_in(**changes: Any) -> ProductIn:
    """The standard product with some terms changed."""
    return msgspec.structs.replace(WORKING_CAPITAL, **changes)


def as_uuid(text: str) -> UUID:
    """An id as it came over the wire."""
    return UUID(text)


def module(services: Services) -> Module:
    """Applications with the real reader of statements."""
    return applications.module(services, check_statement)


async def add_product(services: Services, tenant: Tenant, **changes: Any) -> ProductOut:
    """Puts a product on the tenant's shelf."""
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        return await applications.create_product(tx, product_in(**changes))


async def _passed(tx: Tx, user_id: UUID, business_id: UUID | None = None) -> CaseRecord:
    """A check that has passed: of the person, or of the business that the person filed for."""
    record = CaseRecord(
        id=new_id(),
        kind=PartyKind.PERSON if business_id is None else PartyKind.BUSINESS,
        user_id=user_id,
        business_id=business_id,
        state=CaseState.PASSED,
        tasks=(),
        attempt=1,
        reasons=(),
        created_at=tx.now,
        updated_at=tx.now,
    )
    await store.open_case(tx, record)
    return record


async def verify(services: Services, tenant: Tenant, user_id: UUID, *, born_on: date = date(1990, 5, 1)) -> None:
    """Lets a person's identity check have passed."""
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        record = await _passed(tx, user_id)
        person = IdentityDetailsIn(given_name="Ada", family_name="Obi", birth_date=born_on, nationality="NG")
        await details.put(tx, services.vault, record, KycTask.IDENTITY_DETAILS, person)


async def verify_business(services: Services, tenant: Tenant, business_id: UUID, owner: UUID) -> None:
    """A business of the person's whose check has passed."""
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        await add_business(tx, services.vault, business_id, {owner: Role.BUSINESS_OWNER})
        record = await _passed(tx, owner, business_id)
        business = RegistrationDetailsIn(
            legal_name="Obi Traders Ltd",
            registration_number="RC1234567",
            country="NG",
            registered_on=date(2019, 3, 4),
            certificate_id=new_id(),
        )
        await details.put(tx, services.vault, record, KybTask.REGISTRATION_DETAILS, business)


async def add_account(
    services: Services,
    tenant: Tenant,
    user_id: UUID,
    ownership: AccountOwnership = AccountOwnership.CONFIRMED,
    *,
    business_id: UUID | None = None,
) -> UUID:
    """Registers a bank account of the person's, or of a business of theirs."""
    async with services.database.write(Scope.system(tenant.id, "test")) as tx:
        account_id = new_id()
        row = {"row_id": account_id, "user_id": user_id}
        record = AccountRecord(
            id=account_id,
            user_id=user_id,
            business_id=business_id,
            scheme=AccountScheme.NUBAN,
            country="NG",
            bank_code="058",
            currency="NGN",
            number_sealed=await details.seal_text(tx, services.vault, NUMBER, "0123456789", **row),
            number_index=account_id.bytes,
            holder_sealed=await details.seal_text(tx, services.vault, HOLDER, "ADA OBI", **row),
            ownership=ownership,
            created_at=tx.now,
        )
        assert await store.add_account(tx, record)
        return account_id


class Borrower:
    """A person who applies over HTTP."""

    def __init__(self, client: httpx.AsyncClient, services: Services, tenant: Tenant, *roles: Role) -> None:
        self.client = client
        self.services = services
        self.tenant = tenant
        self.caller = platform.caller(services, tenant, *roles)
        self.user_id = self.caller.user_id
        self.account_id = new_id()

    async def verified(self, **how: Any) -> "Borrower":
        """The same person, checked and with a bank account."""
        await verify(self.services, self.tenant, self.user_id, **how)
        self.account_id = await add_account(self.services, self.tenant, self.user_id)
        return self

    async def call(self, method: str, path: str, body: Any = None, *, expect: int | None = None, **how: Any) -> Any:
        """One request under /v1; asserts that it went well, or came back as expected."""
        extra = {"json": msgspec.to_builtins(body)} if body is not None else {}
        headers = self.caller.headers | how.pop("headers", {})
        answer = await self.client.request(method, f"/v1{path}", headers=headers, **extra, **how)
        wanted = {expect} if expect else {200, 201, 204}
        assert answer.status_code in wanted, answer.text
        return answer.json() if answer.content else None

    async def draft(self, product: ProductOut, **fields: Any) -> Any:
        """A draft that is complete but for its bank statement."""
        body = {
            "product_id": product.id,
            "channel": "web",
            "amount_minor": 30_000_000,
            "instalments": 6,
            "purpose": "stock",
            "payout_account_id": self.account_id,
        }
        return await self.call("POST", "/applications", {**body, **fields})

    async def attach(
        self,
        application_id: str,
        content: bytes | None = None,
        *,
        kind: AttachmentKind = AttachmentKind.BANK_STATEMENT,
        expect: int | None = None,
        **fields: str,
    ) -> Any:
        """Attaches a bank statement, unless told otherwise."""
        return await self.call(
            "POST",
            f"/applications/{application_id}/attachments",
            expect=expect,
            files={"file": ("statement.csv", as_csv(salaried()) if content is None else content, "text/csv")},
            data={"kind": kind.value, **fields},
        )

    async def submitted(self, product: ProductOut, content: bytes | None = None, **fields: Any) -> Any:
        """An application that was handed in."""
        draft = await self.draft(product, **fields)
        await self.attach(draft["id"], content)
        return await self.call("POST", f"/applications/{draft['id']}/submit")
