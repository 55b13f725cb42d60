"""What flows may ask of the platform. Each has one answer type; `bot/backend.py` is where they are answered."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.conversation.flow import Query
from shared.api.arrears import HardshipKind, HardshipOut, PromiseOut
from shared.api.disputes import DisputedKind, DisputeReason
from shared.api.payments import PaymentLinkOut, VirtualAccountOut
from shared.api.servicing import LoanOut, PayoffQuoteOut, ScheduleOut, TransactionOut
from shared.money import Money


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    """The case, and by when it is answered."""

    reference: str
    answer_by: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether people are at work, and how long an answer takes."""

    open_now: bool
    wait_min: int
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Loans(Query[list[LoanOut]]):
    """The borrower's loans that something is still owed on, the one due next first."""


@dataclass(frozen=True, slots=True)
class Schedule(Query[ScheduleOut]):
    """A loan's instalments."""

    loan_id: UUID


@dataclass(frozen=True, slots=True)
class PayoffQuote(Query[PayoffQuoteOut]):
    """What closes a loan today."""

    loan_id: UUID


@dataclass(frozen=True, slots=True)
class VirtualAccount(Query[VirtualAccountOut | None]):
    """The account that a loan is paid to, once it is open."""

    loan_id: UUID


@dataclass(frozen=True, slots=True)
class PaymentLink(Query[PaymentLinkOut | None]):
    """A link to pay this much by; none if the rail has not made its address within seconds."""

    loan_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class Paid(Query[Money | None]):
    """What came in for a loan since `since`, if anything did."""

    loan_id: UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class Movements(Query[list[TransactionOut]]):
    """What happened to a loan's balance, the newest first."""

    loan_id: UUID


@dataclass(frozen=True, slots=True)
class Dispute(Query[DisputeOpened]):
    """Opens a dispute about a transaction, a charge or an instalment; `media` names a photo at the channel."""

    loan_id: UUID
    kind: DisputedKind
    reason: DisputeReason
    transaction_id: UUID | None = None
    instalment: int | None = None
    words: str = ""
    media: str = ""


@dataclass(frozen=True, slots=True)
class Handoff(Query[Waiting]):
    """Gives the conversation to a person, with a summary for them."""

    reason: str
    summary: str


@dataclass(frozen=True, slots=True)
class BackToBot(Query[None]):
    """Takes the conversation back from the person."""


@dataclass(frozen=True, slots=True)
class Rate(Query[bool]):
    """Says how somebody was helped, from 1 to 5, or that they would rather not; false where that is not asked (now)."""

    question: UUID
    score: int | None


@dataclass(frozen=True, slots=True)
class KeepLanguage(Query[None]):
    """Stores the language that the person chose."""

    language: str


@dataclass(frozen=True, slots=True)
class SetMessages(Query[None]):
    """Stops or starts one kind of message to this address; compliance keeps a record."""

    kind: str  # all, marketing, reminders, service
    on: bool


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way to an address, shown masked."""

    challenge: str
    sent_to: str


@dataclass(frozen=True, slots=True)
class StepUpOutcome:
    """Whether the code was right, and whether the code is used up where it was not."""

    passed: bool
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Identity(Query[UUID | None]):
    """The link between this chat and somebody's account, if there is one."""


@dataclass(frozen=True, slots=True)
class LinkByCode(Query[UUID | None]):
    """Ties this chat to whoever asked for `code` in the app; none for a code that is none."""

    code: str


@dataclass(frozen=True, slots=True)
class StepUpStart(Query[str]):
    """The address in the app where one tap confirms who writes."""


@dataclass(frozen=True, slots=True)
class IsProven(Query[bool]):
    """Whether the person confirmed, in the app or by a code, and it still counts."""


@dataclass(frozen=True, slots=True)
class SendCode(Query[CodeSent]):
    """Has a code sent to the person's other address."""


@dataclass(frozen=True, slots=True)
class StepUpCheck(Query[StepUpOutcome]):
    """Tries the code that was typed."""

    challenge: str
    code: str


@dataclass(frozen=True, slots=True)
class Lock(Query[None]):
    """Takes the confirmation back."""


@dataclass(frozen=True, slots=True)
class Promise(Query[PromiseOut]):
    """Promises to pay."""

    loan_id: UUID
    amount: Money
    on: date


@dataclass(frozen=True, slots=True)
class Hardship(Query[HardshipOut]):
    """Opens a hardship case, with plans to choose from where there are any."""

    loan_id: UUID
    kind: HardshipKind
    words: str = ""
    monthly: Money | None = None


@dataclass(frozen=True, slots=True)
class HardshipCase(Query[HardshipOut]):
    """A case that was opened before."""

    case_id: UUID


@dataclass(frozen=True, slots=True)
class Agree(Query[HardshipOut]):
    """Takes one of a case's plans."""

    case_id: UUID
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class EndLink(Query[None]):
    """Unties the chat: its number may have another owner."""
