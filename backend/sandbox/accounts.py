"""The rail's way in: virtual accounts, and what a tester's bank app sends to them."""

import hashlib
from datetime import timedelta
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody
from msgspec import Struct
from msgspec.structs import replace

from backend.sandbox.errors import ReferenceReused, Unknown, WrongCurrency
from backend.sandbox.pace import Pace
from backend.sandbox.payouts import Reference
from backend.sandbox.store import World, WorldTx
from shared.api.sandbox import Credit, CreditIn, CreditStatus
from shared.ids import new_id
from shared.money import CurrencyCode

ACCOUNT, BY_REFERENCE, CREDIT = "rail.virtual_account", "rail.virtual_account_by_reference", "rail.credit"
BANK_CODE, BANK_NAME = "999", "Sandbox Bank"
KeyHeader = Annotated[str | None, HeaderParameter(name="Idempotency-Key", required=False)]


class AccountOrder(Struct, frozen=True, kw_only=True):
    """For whom an account number is wanted."""

    reference: Reference
    holder_name: str
    currency: CurrencyCode
    callback_url: str


class VirtualAccount(Struct, frozen=True, kw_only=True):
    """An account number that stands for one payer."""

    reference: str
    account_number: str
    holder_name: str
    currency: str
    bank_code: str = BANK_CODE
    bank_name: str = BANK_NAME


class AccountRecord(Struct, frozen=True, kw_only=True):
    """An account number and who wants to hear about it."""

    account: VirtualAccount
    callback_url: str


class Pointer(Struct, frozen=True, kw_only=True):
    """From a reference to its account number."""

    account_number: str


class CreditRecord(Struct, frozen=True, kw_only=True):
    """Money that came in, and who is told."""

    credit: Credit
    callback_url: str


@post("/rail/virtual-accounts", operation_id="sandboxOpenVirtualAccount")
async def open_account(data: JSONBody[AccountOrder], world: NamedDependency[World]) -> VirtualAccount:
    """Opens an account number, one per reference."""
    async with world.open() as tx:
        if await tx.add(BY_REFERENCE, data.reference, Pointer(account_number="")):
            number = await _allot(tx, data)
            await tx.put(BY_REFERENCE, data.reference, Pointer(account_number=number))
        pointer = await tx.get(BY_REFERENCE, data.reference, Pointer)
        assert pointer is not None, "a reference, once known, stays"
        account = (await _account(tx, pointer.account_number)).account
    if (account.currency, account.holder_name) != (data.currency, data.holder_name):
        raise ReferenceReused(reference=data.reference)
    return account


@get("/rail/virtual-accounts/{number:str}", operation_id="sandboxGetVirtualAccount", opt={"public": True})
async def get_account(number: FromPath[str], world: NamedDependency[World]) -> VirtualAccount:
    """Whose account number that is."""
    async with world.open() as tx:
        return (await _account(tx, number)).account


@post("/rail/virtual-accounts/{number:str}/credits", operation_id="sandboxPayIntoAccount", opt={"public": True})
async def pay_in(
    number: FromPath[str],
    data: JSONBody[CreditIn],
    world: NamedDependency[World],
    key: KeyHeader = None,
) -> Credit:
    """Sends money to an account, once per Idempotency-Key."""
    credit_id = new_id().hex if key is None else hashlib.sha256(f"{number} {key}".encode()).hexdigest()[:32]
    async with world.open() as tx:
        record = await _account(tx, number)
        if record.account.currency != data.currency:
            raise WrongCurrency(currency=record.account.currency)
        credit = Credit(
            credit_id=f"crd_{credit_id}",
            reference=record.account.reference,
            account_number=number,
            amount_minor=data.amount_minor,
            currency=data.currency,
            sender_name=data.sender_name,
            narration=data.narration,
            status=CreditStatus.RECEIVED,
            at=tx.now,
        )
        fresh = await tx.add(CREDIT, credit.credit_id, CreditRecord(credit=credit, callback_url=record.callback_url))
        if not fresh:
            return (await _credit(tx, credit.credit_id)).credit
        pause, copies = _notice(data.narration, world.pace)
        await tx.notify(record.callback_url, "credit.received", credit, after=pause, copies=copies)
    return credit


@get("/rail/credits/{credit_id:str}", operation_id="sandboxGetCredit")
async def get_credit(credit_id: FromPath[str], world: NamedDependency[World]) -> Credit:
    """A payment that came in."""
    async with world.open() as tx:
        return (await _credit(tx, credit_id)).credit


@post("/rail/credits/{credit_id:str}/reverse", operation_id="sandboxReverseCredit", opt={"public": True})
async def reverse(credit_id: FromPath[str], world: NamedDependency[World]) -> Credit:
    """Takes a payment back, as a bank does after a recall; once."""
    async with world.open() as tx:
        record = await _credit(tx, credit_id, lock=True)
        if record.credit.status is CreditStatus.REVERSED:
            return record.credit
        credit = replace(record.credit, status=CreditStatus.REVERSED, at=tx.now)
        await tx.put(CREDIT, credit_id, replace(record, credit=credit))
        await tx.notify(record.callback_url, "credit.reversed", credit, after=world.pace.soon())
    return credit


async def _allot(tx: WorldTx, order: AccountOrder) -> str:
    for salt in range(100):
        number = account_number(f"{order.reference} {salt}")
        account = VirtualAccount(
            reference=order.reference, account_number=number, holder_name=order.holder_name, currency=order.currency
        )
        if await tx.add(ACCOUNT, number, AccountRecord(account=account, callback_url=order.callback_url)):
            return number
    raise AssertionError("a billion numbers can't all be taken")


def account_number(seed: str) -> str:
    """A ten-digit account number of the sandbox's bank: a valid NUBAN (weights 3, 7, 3 over bank code and serial)."""
    serial = f"{int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % 10**9:09}"
    weighted = sum(int(digit) * (3, 7, 3)[place % 3] for place, digit in enumerate(BANK_CODE + serial))
    return f"{serial}{-weighted % 10}"


def _notice(narration: str, pace: Pace) -> tuple[timedelta, int]:
    words = narration.upper()
    return pace.slow if "SLOW" in words else pace.soon(), 3 if "DUPLICATE" in words else 1


async def _account(tx: WorldTx, number: str) -> AccountRecord:
    record = await tx.get(ACCOUNT, number, AccountRecord)
    if record is None:
        raise Unknown(what="account", key=number)
    return record


async def _credit(tx: WorldTx, credit_id: str, *, lock: bool = False) -> CreditRecord:
    record = await tx.get(CREDIT, credit_id, CreditRecord, lock=lock)
    if record is None:
        raise Unknown(what="credit", key=credit_id)
    return record


routes = (open_account, get_account, pay_in, get_credit, reverse)
