"""Answers the bot's queries from figures that a test sets, and remembers what it was asked for."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from bot import queries as q
from bot.conversation.driving import Answer, Refused
from bot.conversation.flow import Query
from bot.conversation.inbound import Inbound
from bot.conversation.state import State
from bot.lines import LineAtWork
from shared.api.arrears import (
    HardshipKind,
    HardshipOut,
    HardshipStatus,
    PlannedPaymentOut,
    PlanOut,
    PromiseOut,
    PromiseStatus,
)
from shared.api.payments import LinkStatus, PaymentLinkOut, VirtualAccountOut
from shared.api.servicing import (
    InstalmentOut,
    InstalmentStatus,
    LoanOut,
    LoanStatus,
    PayoffQuoteOut,
    ScheduleOut,
    TransactionKind,
    TransactionOut,
)
from shared.money import Money
from shared.terms import LoanTerms
from tests.builders.servicing import TERMS

LOAN_ID = UUID("01998877-0000-7000-8000-00000000abcd")
LINK_ID = UUID("01998877-0000-7000-8000-00000000beef")
NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


def naira(minor: int) -> Money:
    return Money.of(minor, "NGN")


def loan(id_: UUID = LOAN_ID, *, terms: LoanTerms = TERMS, **changes: Any) -> LoanOut:
    values: dict[str, Any] = {
        "id": id_, "application_id": id_, "agreement_id": id_, "user_id": LINK_ID, "business_id": None,
        "credit_line_id": None, "product_kind": "personal", "lender": "Harbor Bank", "status": LoanStatus.ACTIVE,
        "principal": naira(600_000_00), "terms": terms, "principal_outstanding": naira(500_000_00),
        "outstanding": naira(532_377_07), "past_due": naira(0), "days_past_due": 0, "credit": naira(0),
        "next_due_on": date(2026, 12, 22), "next_due": naira(106_475_41), "disbursed_on": date(2026, 11, 22),
        "closed_on": None, "as_of": date(2026, 11, 29), "created_at": NOW,
    }  # fmt: skip
    return LoanOut(**{**values, **changes})


def instalment(number: int, due_on: date) -> InstalmentOut:
    return InstalmentOut(
        number=number, due_on=due_on, status=InstalmentStatus.UPCOMING, principal=naira(95_000_00),
        interest=naira(11_475_41), fee=naira(0), penalty=naira(0), total=naira(106_475_41), paid=naira(0),
        open=naira(106_475_41), balance=naira(1), settled_on=None,
    )  # fmt: skip


def schedule() -> ScheduleOut:
    rows = [instalment(n, date(2026 + (n > 1), 12 if n == 1 else n - 1, 22)) for n in range(1, 6)]
    nothing = naira(0)
    return ScheduleOut(
        loan_id=LOAN_ID, as_of=date(2026, 11, 29), is_final=True, rows=rows, principal=naira(500_000_00),
        interest=naira(32_377_07), fee=nothing, penalty=nothing, total=naira(532_377_07), paid=nothing,
        open=naira(532_377_07),
    )  # fmt: skip


def quote(loan_id: UUID) -> PayoffQuoteOut:
    nothing = naira(0)
    return PayoffQuoteOut(
        id=loan_id, loan_id=loan_id, on=date(2026, 11, 29), principal=naira(500_000_00), interest=naira(3_500_00),
        fee=nothing, penalty=nothing, credit=nothing, total=naira(503_500_00), quoted_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )  # fmt: skip


def movement(loan_id: UUID) -> TransactionOut:
    return TransactionOut(
        id=UUID("01998877-0000-7000-8000-0000000000aa"), kind=TransactionKind.REPAYMENT,
        effective_on=date(2026, 11, 25), amount=naira(100_000_00), parts=None, principal_outstanding=None,
        reversed_on=None, reference="REF1", entered_at=NOW,
    )  # fmt: skip


def plan() -> PlanOut:
    payments = [PlannedPaymentOut(on=date(2026, 12 if n == 0 else 1, 15), amount=naira(35_000_00)) for n in range(3)]
    return PlanOut(
        id=LINK_ID, kind=HardshipKind.SMALLER_AMOUNTS, payments=payments, covers=naira(105_000_00),
        total_to_pay=naira(540_000_00), extra_cost=naira(7_622_93), reported_late=True, by_staff=False,
    )  # fmt: skip


def payment_link(asked: q.PaymentLink, good_for: timedelta = timedelta(days=1)) -> PaymentLinkOut:
    return PaymentLinkOut(
        id=LOAN_ID, loan_id=asked.loan_id, reference="pl-1", amount=asked.amount, status=LinkStatus.OPEN,
        url="https://pay.test/abc", created_at=NOW, expires_at=NOW + good_for,
    )  # fmt: skip


def hardship(*, plans: int) -> HardshipOut:
    return HardshipOut(
        id=LOAN_ID, loan_id=LOAN_ID, user_id=LINK_ID, kind=HardshipKind.SMALLER_AMOUNTS, status=HardshipStatus.OPEN,
        needs_person=not plans, circumstances=None, plans=[plan()] * plans, agreed_plan_id=None, promises=[],
        close_reason=None, review_on=date(2026, 12, 6), opened_at=NOW, closed_at=None,
    )  # fmt: skip


@dataclass
class Bank:
    """Figures, and what was asked. `answers` replaces single ones."""

    linked: bool = True
    code: str = "123456"
    link_code: str = "K7QX-2M9D"
    proven: bool = False
    plans: int = 0
    tries: int = 3
    asks_rating: bool = True
    loans: list[LoanOut] = field(default_factory=lambda: [loan()])
    paid: Money | None = None
    asked: list[Query[Any]] = field(default_factory=list)
    done: dict[str, Any] = field(default_factory=dict)
    answers: dict[type, Callable[[Any], Any]] = field(default_factory=dict)

    def of(self, line: LineAtWork, conversation_id: UUID, state: State, inbound: Inbound) -> Answer:
        async def answer(query: Query[Any], key: str) -> Any:
            self.asked.append(query)
            if type(query) in self.answers:
                found = self.answers[type(query)](query)
                return await found if inspect.isawaitable(found) else found
            return self._answer(query, key)

        return answer

    def asked_for(self, kind: type) -> list[Any]:
        """What of this kind was asked."""
        return [query for query in self.asked if isinstance(query, kind)]

    def effects(self, kind: type) -> list[Any]:
        """What of this kind took effect: once for each key."""
        return [query for query in self.done.values() if isinstance(query, kind)]

    def _answer(self, query: Query[Any], key: str) -> Any:  # noqa: C901, PLR0911, PLR0912 -- one case a query
        match query:
            case q.Identity():
                return LINK_ID if self.linked else None
            case q.LinkByCode(code=code):
                self.linked = self.linked or code == self.link_code
                return LINK_ID if self.linked else None
            case q.StepUpStart():
                return "https://app.test/confirm/x"
            case q.IsProven():
                return self.proven
            case q.SendCode():
                self.tries = 3
                return q.CodeSent(challenge=str(LOAN_ID), sent_to="a•••@example.com")
            case q.StepUpCheck(code=code):
                self.tries -= 1
                return q.StepUpOutcome(passed=code == self.code, is_over=self.tries <= 0)
            case q.Lock() | q.EndLink():
                return None
            case q.HardshipCase():
                return hardship(plans=self.plans)
            case q.Loans():
                return self.loans
            case q.Schedule():
                return schedule()
            case q.PayoffQuote(loan_id=loan_id):
                return quote(loan_id)
            case q.Movements(loan_id=loan_id):
                return [movement(loan_id)]
            case q.VirtualAccount(loan_id=loan_id):
                return VirtualAccountOut(
                    loan_id=loan_id, account_number="9912345678", bank_name="Sandbox Bank", bank_code="999",
                    holder_name="Ada Obi", currency="NGN",
                )  # fmt: skip
            case q.Paid():
                return self.paid
            case q.Rate():
                self.done.setdefault(key, query)
                return self.asks_rating
        self.done.setdefault(key, query)
        return self._take_effect(query)

    def _take_effect(self, query: Query[Any]) -> Any:
        match query:
            case q.PaymentLink():
                return payment_link(query)
            case q.Promise(loan_id=loan_id, amount=amount, on=on):
                return PromiseOut(
                    id=LOAN_ID, loan_id=loan_id, case_id=None, on=on, amount=amount, paid=naira(0),
                    status=PromiseStatus.OPEN, made_at=NOW,
                )  # fmt: skip
            case q.Hardship() | q.Agree():
                return hardship(plans=self.plans)
            case q.Dispute():
                return q.DisputeOpened(reference="D-0001", answer_by=date(2026, 12, 6))
            case q.Handoff():
                return q.Waiting(open_now=True, wait_min=5, answer_by=NOW)
            case q.BackToBot() | q.KeepLanguage() | q.SetMessages():
                return None
        raise Refused("unknown_query")
