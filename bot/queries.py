"""What flows may ask of the platform. Each has one answer type; `bot/backend.py` is where they are answered."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bot.conversation.flow import Query
from shared.api.payments import PaymentLinkOut, VirtualAccountOut
from shared.api.servicing import LoanOut, PayoffQuoteOut, ScheduleOut, TransactionOut
from shared.money import Money


@dataclass(frozen=True, slots=True)
class StepUpWay:
    """How the person can prove who they are."""

    challenge: str
    sent_to: str  # masked
    app_link: str | None


@dataclass(frozen=True, slots=True)
class StepUpOutcome:
    """Whether the code was right, and how many tries are left if not."""

    passed: bool
    tries_left: int = 0
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DisputeOpened:
    """The case, and by when it is answered."""

    reference: str
    answer_by: date


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether people are at work, and how long an answer takes."""

    open_now: bool
    wait_min: int | None
    opens_at: datetime | None


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
class StepUpStart(Query[StepUpWay]):
    """Has a code sent, and makes the one-tap link into the app."""


@dataclass(frozen=True, slots=True)
class StepUpCheck(Query[StepUpOutcome]):
    """Tries the code that was typed."""

    challenge: str
    code: str


@dataclass(frozen=True, slots=True)
class Identity(Query[UUID | None]):
    """Whose this address is, if somebody linked it in the app."""


@dataclass(frozen=True, slots=True)
class LinkAddress(Query[str | None]):
    """A link into the app by which the person ties this chat to their account."""


@dataclass(frozen=True, slots=True)
class Promise(Query[str]):
    """Notes a promise to pay; the answer is its reference."""

    loan_id: UUID
    amount: Money
    on: date


@dataclass(frozen=True, slots=True)
class Hardship(Query[str]):
    """Opens a hardship case for a person to look at; the answer is its reference."""

    loan_id: UUID
    wish: str
    words: str


@dataclass(frozen=True, slots=True)
class Movements(Query[list[TransactionOut]]):
    """What happened to a loan's balance, the newest first."""

    loan_id: UUID


@dataclass(frozen=True, slots=True)
class Dispute(Query[DisputeOpened]):
    """Opens a dispute about one item of a loan."""

    loan_id: UUID
    item: str
    reason: str
    words: str
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
class KeepLanguage(Query[None]):
    """Stores the language that the person chose."""

    language: str


@dataclass(frozen=True, slots=True)
class SetMessages(Query[None]):
    """Stops or starts one kind of message to this address; compliance keeps a record."""

    kind: str  # all, marketing, reminders, service
    on: bool


@dataclass(frozen=True, slots=True)
class Statement(Query[str | None]):
    """A link to a statement of `months` that ends within 15 minutes, behind sign-in."""

    loan_id: UUID
    months: int
