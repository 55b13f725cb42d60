"""The verification provider: people and businesses by their names, bank accounts by their numbers."""

from datetime import date, datetime, timedelta
from typing import Annotated, Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from backend.sandbox.errors import ReferenceReused, Unknown
from backend.sandbox.pace import Pace
from backend.sandbox.plan import Plan, after
from backend.sandbox.store import World, WorldTx

KIND, SEEN = "kyc", "kyc.seen"
Reference = Annotated[str, Meta(min_length=1, max_length=100)]
# What the name decides, for people by family name and for businesses by the first word of the legal name.
PASS, FAIL, MORE, SLOW, HANG, REPEAT, REORDER = "pass", "fail", "moreinfo", "slow", "timeout", "duplicate", "reorder"
_REASONS: Final = {
    ("person", "failed"): ("identity_not_confirmed",),
    ("person", "needs_action"): ("document_blurred",),
    ("business", "failed"): ("business_not_confirmed",),
    ("business", "needs_action"): ("directors_differ",),
}
_STRANGER, _NO_ACCOUNT, _MUTE = "0007", "0008", "0009"
_STRANGERS_NAME: Final = "SOMEBODY ELSE"


class PersonIn(Struct, frozen=True, kw_only=True):
    """A person as the platform describes them."""

    given_name: str
    family_name: str
    birth_date: date
    nationality: str
    middle_names: str | None = None
    bvn: str | None = None
    nin: str | None = None
    share_bps: int | None = None


class VerificationIn(Struct, frozen=True, kw_only=True):
    """What is to be verified. `subject` stays the same when the same party is submitted again."""

    reference: Reference
    kind: Annotated[str, Meta(pattern="^(person|business)$")]
    callback_url: str
    subject: str
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    nationality: str | None = None
    middle_names: str | None = None
    bvn: str | None = None
    nin: str | None = None
    document_kind: str | None = None
    document_number: str | None = None
    document_country: str | None = None
    legal_name: str | None = None
    registration_number: str | None = None
    country: str | None = None
    registered_on: date | None = None
    directors: tuple[PersonIn, ...] = ()
    owners: tuple[PersonIn, ...] = ()
    address: dict[str, str] = {}
    evidence_sha256: tuple[str, ...] = ()

    @property
    def telling(self) -> str:
        """The word that decides, in small letters."""
        name = self.family_name if self.kind == "person" else self.legal_name
        words = (name or "").lower().split()
        return words[0] if words else ""


class Verification(Struct, frozen=True, kw_only=True):
    """How a verification stands: `outcome` and `reasons` once it is decided."""

    reference: str
    status: str
    at: datetime
    outcome: str | None = None
    reasons: tuple[str, ...] = ()


class VerificationRecord(Struct, frozen=True, kw_only=True):
    """A verification that was received; of the party only what tells it from another is kept."""

    reference: str
    kind: str
    subject: str
    outcome: str
    plan: Plan

    def at(self, now: datetime) -> Verification:
        """How it stands at `now`."""
        step = self.plan.status(now)
        decided = step.status == "decided"
        return Verification(
            reference=self.reference,
            status=step.status,
            at=step.at,
            outcome=self.outcome if decided else None,
            reasons=_REASONS.get((self.kind, self.outcome), ()) if decided else (),
        )


class Seen(Struct, frozen=True, kw_only=True):
    """That a party was submitted before."""

    reference: str


class AccountIn(Struct, frozen=True, kw_only=True):
    """The account whose holder is asked for."""

    scheme: str
    bank_code: str
    account_number: Annotated[str, Meta(min_length=4, max_length=34)]
    claimed_holder: str
    country: str | None = None
    reference: str | None = None


class AccountHolder(Struct, frozen=True, kw_only=True):
    """The name that the bank has."""

    holder_name: str


@post("/kyc/verifications", operation_id="sandboxStartVerification")
async def start(data: JSONBody[VerificationIn], world: NamedDependency[World]) -> Verification:
    """Takes a verification once per reference; the answer comes by webhook."""
    async with world.open() as tx:
        fresh = await _accept(tx, data, world.pace)
    if fresh and data.telling == HANG:
        await world.pace.hang()
    return await _present(world, data.reference, data)


@get("/kyc/verifications/{reference:str}", operation_id="sandboxGetVerification")
async def find(reference: FromPath[str], world: NamedDependency[World]) -> Verification:
    """How the verification of a reference stands; 404 when none was received."""
    return await _present(world, reference)


@post("/kyc/account-holders", operation_id="sandboxFindAccountHolder", status_code=200)
async def account_holder(data: JSONBody[AccountIn], world: NamedDependency[World]) -> AccountHolder:
    """Whose account it is: the claimed holder's, unless the number says otherwise; 404 when there is none."""
    number = data.account_number.replace(" ", "")
    telling = number[5:9] if data.scheme == "nuban" else number[-4:]
    if telling == _MUTE:
        await world.pace.hang()
    if telling == _NO_ACCOUNT:
        raise Unknown(what="account", key=f"{data.bank_code} {number}")
    return AccountHolder(holder_name=_STRANGERS_NAME if telling == _STRANGER else data.claimed_holder.upper())


async def _accept(tx: WorldTx, asked: VerificationIn, pace: Pace) -> bool:
    outcome = await _outcome(tx, asked)
    begun, decided = after(tx.now, pace.soon(), pace.soon())
    if asked.telling == SLOW:
        decided = tx.now + max(pace.slow, begun - tx.now)
    record = VerificationRecord(
        reference=asked.reference,
        kind=asked.kind,
        subject=asked.subject,
        outcome=outcome,
        plan=Plan.of((tx.now, "pending"), (begun, "in_progress"), (decided, "decided")),
    )
    if not await tx.add(KIND, asked.reference, record):
        return False
    held_back = timedelta(seconds=pace.hang_s) if asked.telling == HANG else timedelta()
    due = [step.at - tx.now + held_back for step in record.plan.steps[1:]]
    if asked.telling == REORDER:
        due.reverse()
    copies = 3 if asked.telling == REPEAT else 1
    for step, pause in zip(record.plan.steps[1:], due, strict=True):
        notice = f"verification.{step.status}"
        await tx.notify(asked.callback_url, notice, record.at(step.at), after=pause, copies=copies)
    return True


async def _outcome(tx: WorldTx, asked: VerificationIn) -> str:
    if asked.telling == FAIL:
        return "failed"
    if asked.telling != MORE:
        return "passed"
    seen = Seen(reference=asked.reference)
    if await tx.add(SEEN, asked.subject, seen):
        return "needs_action"
    return "needs_action" if await tx.get(SEEN, asked.subject, Seen) == seen else "passed"


async def _present(world: World, reference: str, asked: VerificationIn | None = None) -> Verification:
    async with world.open() as tx:
        record = await tx.get(KIND, reference, VerificationRecord)
        if record is None:
            raise Unknown(what="verification", key=reference)
        if asked is not None and (record.kind, record.subject) != (asked.kind, asked.subject):
            raise ReferenceReused(reference=reference)
        return record.at(tx.now)


routes = (start, find, account_holder)
