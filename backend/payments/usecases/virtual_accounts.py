"""Gives each loan an account number of its own, so that money sent there needs no reference."""

from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend import identity
from backend.kernel import jobs
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.payments import store
from backend.payments.access import require_loan
from backend.payments.domain.references import order_reference
from backend.payments.errors import VirtualAccountNotReady
from backend.payments.ports import Rail
from backend.payments.records import VirtualAccount
from shared.api.payments import VirtualAccountOut
from shared.events.servicing import LoanActivated
from shared.ids import new_id

OPEN_JOB = "payments.open_account"
HOLDER = Field("virtual_account", "holder")


class OpenAccount(Struct, frozen=True, kw_only=True):
    """Which virtual account to open."""

    account_id: UUID


async def want_account(tx: Tx, activated: LoanActivated) -> None:
    """A loan that was paid out will be paid back: it needs an account. Idempotent by the loan."""
    account_id = new_id()
    wanted = VirtualAccount(
        id=account_id,
        loan_id=activated.loan_id,
        user_id=activated.user_id,
        business_id=activated.business_id,
        reference=order_reference("va", account_id),
        currency=activated.principal.currency,
        created_at=tx.now,
    )
    if await store.add(tx, wanted):
        await jobs.enqueue(tx, OPEN_JOB, OpenAccount(account_id=account_id), dedupe_key=f"account:{account_id}")


async def open_account(context: JobContext, vault: Vault, rail: Rail, callback: str, order: OpenAccount) -> None:
    """Opens it at the rail, which gives the same account for the same reference. Raises RailSilent, RailRefused."""
    async with context.read() as tx:
        wanted = await store.get(tx, VirtualAccount, order.account_id)
        if wanted is None or wanted.account_number is not None:
            return
        holder = await _holder(tx, vault, wanted)
    opened = await rail.open_account(wanted.reference, holder, wanted.currency, callback)
    async with context.write() as tx:
        held = await store.lock(tx, VirtualAccount, order.account_id)
        assert held is not None, "a virtual account is never removed"
        sealed = (await vault.keyring(tx)).encrypt_text(HOLDER, holder, row_id=held.id)
        known = replace(
            held,
            account_number=opened.account_number,
            bank_code=opened.bank_code,
            bank_name=opened.bank_name,
            holder_sealed=sealed,
        )
        await store.save(tx, known)


async def _holder(tx: ReadTx, vault: Vault, wanted: VirtualAccount) -> str:
    """In whose name it is: the business's, the person's, or the tenant's where neither is known."""
    if wanted.business_id is not None:
        return (await identity.business(tx, vault, wanted.business_id)).name
    person = await identity.person(tx, vault, wanted.user_id)
    return person.name or (await identity.tenant_profile(tx)).name


async def read_account(tx: ReadTx, vault: Vault, loan_id: UUID) -> VirtualAccountOut:
    """The account that a loan is paid to. Raises LoanNotFound, VirtualAccountNotReady."""
    await require_loan(tx, loan_id)
    found = await store.account_of_loan(tx, loan_id)
    if found is None or found.account_number is None or found.holder_sealed is None:
        raise VirtualAccountNotReady
    ring = await vault.keyring(tx)
    return VirtualAccountOut(
        loan_id=loan_id,
        account_number=found.account_number,
        bank_name=found.bank_name or "",
        bank_code=found.bank_code or "",
        holder_name=ring.decrypt_text(HOLDER, found.holder_sealed, row_id=found.id),
        currency=found.currency,
    )
