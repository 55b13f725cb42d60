"""What the table answers about help: a hardship case, disputes, a conversation."""

from datetime import timedelta
from uuid import UUID

from shared.api.arrears import (
    ArrearsOut,
    ArrearsStage,
    CloseReason,
    HardshipKind,
    HardshipOut,
    HardshipStatus,
    PlannedPaymentOut,
    PlanOut,
    PromiseOut,
    PromiseStatus,
)
from shared.api.channels import ChatChannel
from shared.api.conversations import (
    AttachmentOut,
    Author,
    ConversationOut,
    ConversationStatus,
    Direction,
    HandoffOut,
    MessageOut,
    MessageStatus,
    Priority,
    Skill,
)
from tests.builders.app_samples import LOAN, ME, NOW, TODAY, ngn

HELP, DELAY_PLAN, PARTS_PLAN = UUID(int=30), UUID(int=31), UUID(int=32)


def plan(plan_id: UUID, kind: HardshipKind, parts: int, extra_minor: int) -> PlanOut:
    """A plan of `parts` payments, two weeks apart."""
    payments = [
        PlannedPaymentOut(on=TODAY + timedelta(days=14 * (at + 1)), amount=ngn(21_000_000 // parts))
        for at in range(parts)
    ]
    return PlanOut(
        id=plan_id,
        kind=kind,
        payments=payments,
        covers=ngn(21_000_000),
        total_to_pay=ngn(42_000_000 + extra_minor),
        extra_cost=ngn(extra_minor),
        reported_late=parts > 1,
        by_staff=False,
    )


PLANS = [
    plan(DELAY_PLAN, HardshipKind.SHORT_DELAY, 1, 70_000),
    plan(PARTS_PLAN, HardshipKind.SMALLER_AMOUNTS, 4, 210_000),
]


def promise(number: int, status: PromiseStatus = PromiseStatus.OPEN, paid: int = 0) -> PromiseOut:
    """One promise of the plan in four parts."""
    payment = PLANS[1].payments[number - 1]
    return PromiseOut(
        id=UUID(int=40 + number),
        loan_id=LOAN,
        case_id=HELP,
        on=payment.on,
        amount=payment.amount,
        paid=ngn(paid),
        status=status,
        made_at=NOW,
    )


def hardship(
    status: HardshipStatus = HardshipStatus.OPEN, *, needs_person: bool = False, reason: CloseReason | None = None
) -> HardshipOut:
    """A case with two plans; the second one agreed where one is."""
    agreed = status is HardshipStatus.AGREED
    return HardshipOut(
        id=HELP,
        loan_id=LOAN,
        user_id=ME,
        kind=HardshipKind.SMALLER_AMOUNTS,
        status=status,
        needs_person=needs_person,
        circumstances=None,
        plans=[] if needs_person else PLANS,
        agreed_plan_id=PARTS_PLAN if agreed else None,
        promises=[promise(1, PromiseStatus.KEPT), promise(2, paid=1_000_000), promise(3), promise(4)] if agreed else [],
        close_reason=reason,
        review_on=TODAY + timedelta(days=30),
        opened_at=NOW,
        closed_at=None,
    )


def arrears(case: HardshipOut | None = None) -> ArrearsOut:
    """A loan that is four days late."""
    return ArrearsOut(
        loan_id=LOAN,
        stage=ArrearsStage.DAYS_1_30,
        days_past_due=4,
        past_due=ngn(21_000_000),
        reminders_paused=case is not None,
        case=case,
        promises=[],
    )


FILE = AttachmentOut(id=UUID(int=53), filename="receipt.pdf", media_type="application/pdf", size=4)


def said(number: int, author: Author, text: str) -> MessageOut:
    """One message in the app."""
    mine = author is Author.BORROWER
    return MessageOut(
        id=UUID(int=49 + number),
        conversation_id=UUID(int=49),
        channel=ChatChannel.IN_APP,
        direction=Direction.INBOUND if mine else Direction.OUTBOUND,
        author=author,
        author_id=ME if mine else None,
        is_note=False,
        text=text,
        template=None,
        external_id=None,
        status=MessageStatus.RECEIVED if mine else MessageStatus.SENT,
        error_code=None,
        attachments=[],
        at=NOW,
    )


MESSAGES = [said(1, Author.BORROWER, "Where is my money?"), said(2, Author.BOT, "It is on its way.")]


def conversation(*, open_: bool = False) -> ConversationOut:
    """The thread, with the bot or with people."""
    return ConversationOut(
        id=UUID(int=49),
        user_id=ME,
        status=ConversationStatus.OPEN if open_ else ConversationStatus.PENDING,
        channel=ChatChannel.IN_APP,
        language="en",
        priority=Priority.NORMAL,
        skill=Skill.GENERAL,
        labels=[],
        assignee_id=None,
        summary=None,
        handoff_reason=None,
        waiting_since=NOW if open_ else None,
        snoozed_until=None,
        first_due_at=NOW + timedelta(hours=1) if open_ else None,
        next_due_at=None,
        resolve_due_at=None,
        sla_breached=False,
        channels=[],
        last_message_at=NOW,
        opened_at=None,
        resolved_at=None,
    )


def handoff() -> HandoffOut:
    """Somebody answers within the hour."""
    there = conversation(open_=True)
    return HandoffOut(conversation=there, is_within_hours=True, ahead=2, expected_by=NOW + timedelta(hours=1))


SUPPORT_ANSWERS: dict[str, object] = {
    f"GET /v1/loans/{LOAN}/arrears": arrears(),
}
