"""Registers the bank accounts that people are paid to, and asks the bank whose they are."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import Struct

from backend import identity
from backend.kernel import audit, jobs, outbox
from backend.kernel.db import ReadTx, Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.onboarding import details, party, store
from backend.onboarding.access import SPEAKS
from backend.onboarding.bank_accounts import BankAccountNumber, parse_account
from backend.onboarding.domain.matching import match_names
from backend.onboarding.errors import BankAccountNotFound, ProviderSilent
from backend.onboarding.ports import AccountQuestion, VerificationProvider
from backend.onboarding.records import AccountRecord
from shared.api.bank_accounts import AccountOwnership, BankAccountIn
from shared.currency import exponent_of
from shared.events.onboarding import BankAccountAdded
from shared.ids import new_id

CHECK_ACCOUNT: Final = "onboarding.check_account"


class CheckAccount(Struct, frozen=True, kw_only=True):
    """Whose account the bank is asked about."""

    account_id: UUID


async def register_account(tx: Tx, vault: Vault, body: BankAccountIn) -> AccountRecord:
    """Registers an account of the caller's, or of a business that the caller owns; the bank is asked in the background.

    Registering the same number again returns the account that is there. Raises InvalidIban, InvalidNuban,
    InvalidLocalAccount, UnknownCountry, UnknownCurrency, BusinessNotFound.
    """
    number = parse_account(body)
    exponent_of(body.currency)
    user_id = identity.caller(tx).user_id
    if body.business_id is not None:
        await identity.require_member(tx, body.business_id, SPEAKS)
    index = (await vault.keyring(tx)).blind_index(party.NUMBER, _unique(number, body))
    had_one = await store.has_account(tx, user_id)
    record = await _record(tx, vault, body, number, index)
    if not await store.add_account(tx, record):
        known = await store.account_by_number(tx, user_id, index)
        assert known is not None, "only the person's own account can stand in the way"
        return known
    await audit.record(tx, "onboarding.bank_account_added", f"bank_account:{record.id}", scheme=body.scheme)
    added = BankAccountAdded(account_id=record.id, user_id=user_id, business_id=body.business_id, is_first=not had_one)
    await outbox.add(tx, added)
    await jobs.enqueue(tx, CHECK_ACCOUNT, CheckAccount(account_id=record.id), dedupe_key=f"bank_account:{record.id}")
    return record


async def remove_account(tx: Tx, account_id: UUID) -> None:
    """Takes one of the caller's accounts off the list. Idempotent. Raises BankAccountNotFound."""
    record = await store.account(tx, account_id)
    if record is None or record.user_id != identity.caller(tx).user_id:
        raise BankAccountNotFound
    if record.removed_at is None:
        await store.remove_account(tx, account_id)
        await audit.record(tx, "onboarding.bank_account_removed", f"bank_account:{account_id}")


async def check_account(context: JobContext, vault: Vault, provider: VerificationProvider, order: CheckAccount) -> None:
    """Asks the bank for the holder's name and keeps the verdict. Raises ProviderSilent, to be tried again."""
    async with context.read() as tx:
        record = await store.account(tx, order.account_id)
        if record is None or record.ownership is not AccountOwnership.PENDING:
            return
        question = await _question(tx, vault, record)
        known = await party.facts(tx, vault, record.user_id, record.business_id)
    try:
        holder = await provider.account_holder(question)
    except ProviderSilent:
        if not context.is_last_attempt:
            raise
        verdict = AccountOwnership.UNKNOWN
    else:
        names = [question.claimed_holder, *([known.legal_name] if known.legal_name else [])]
        verdict = ownership_of(names, holder)
    async with context.write() as tx:
        await store.set_ownership(tx, record.id, verdict)
        await audit.record(tx, "onboarding.bank_account_checked", f"bank_account:{record.id}", ownership=verdict)


def ownership_of(names: Sequence[str], holder: str | None) -> AccountOwnership:
    """What the bank's name for the holder means: it must agree with the name claimed, and with the verified one."""
    if holder is None:
        return AccountOwnership.NOT_FOUND
    agrees = all(match_names(holder, name).acceptable for name in names)
    return AccountOwnership.CONFIRMED if agrees else AccountOwnership.MISMATCH


def _unique(number: BankAccountNumber, body: BankAccountIn) -> str:
    return f"{number.country}:{number.bank_code}:{number.number}:{body.currency}:{body.business_id or ''}"


async def _record(tx: Tx, vault: Vault, body: BankAccountIn, number: BankAccountNumber, index: bytes) -> AccountRecord:
    user_id, account_id = identity.caller(tx).user_id, new_id()
    holder, row = body.holder_name, {"row_id": account_id, "user_id": user_id}
    return AccountRecord(
        id=account_id,
        user_id=user_id,
        business_id=body.business_id,
        scheme=body.scheme,
        country=number.country,
        bank_code=number.bank_code,
        currency=body.currency,
        number_sealed=await details.seal_text(tx, vault, party.NUMBER, number.number, **row),
        number_index=index,
        holder_sealed=await details.seal_text(tx, vault, party.HOLDER, holder, **row),
        ownership=AccountOwnership.PENDING,
        created_at=tx.now,
    )


async def _question(tx: ReadTx, vault: Vault, record: AccountRecord) -> AccountQuestion:
    account = await party.opened_account(tx, vault, record)
    return AccountQuestion(
        reference=record.id,
        scheme=record.scheme,
        country=record.country,
        bank_code=record.bank_code,
        number=account.number,
        claimed_holder=account.holder_name,
    )
