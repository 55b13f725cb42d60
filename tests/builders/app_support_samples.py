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
from shared.api.channels import ChannelLinkOut, ChatChannel
from shared.api.compliance import (
    DataExportOut,
    DeletionOut,
    DeletionRequestOut,
    DeletionStatus,
    ExportStatus,
    KeptOut,
)
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
from shared.api.disputes import (
    DisputedKind,
    DisputeEntryOut,
    DisputeOut,
    DisputeOutcome,
    DisputeReason,
    DisputeStatus,
    DisputeStep,
    DisputeSummary,
)
from shared.api.passkeys import PasskeyOut
from shared.assurance import Assurance
from shared.paging import Page
from tests.builders.app_samples import FAR, LOAN, ME, NOW, REPAYMENT, TODAY, ngn

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


DISPUTE, EXPORT, DELETION = UUID(int=60), UUID(int=61), UUID(int=62)


def dispute(
    status: DisputeStatus = DisputeStatus.OPEN, outcome: DisputeOutcome | None = None, *, overdue: bool = False
) -> DisputeOut:
    """A payment whose amount is said to be wrong; the borrower was asked where that is the state."""
    timeline = [
        DisputeEntryOut(at=NOW, step=DisputeStep.OPENED, by_staff=False, text="I paid 20,000 more."),
        DisputeEntryOut(at=NOW, step=DisputeStep.EVIDENCE_ADDED, by_staff=False, text=None),
    ]
    if status is DisputeStatus.NEEDS_INFO:
        asked = "Which account did it come from?"
        timeline.append(DisputeEntryOut(at=NOW, step=DisputeStep.INFO_REQUESTED, by_staff=True, text=asked))
    if outcome is not None:
        timeline.append(DisputeEntryOut(at=NOW, step=DisputeStep.RESOLVED, by_staff=True, text=None))
    return DisputeOut(
        id=DISPUTE,
        loan_id=LOAN,
        user_id=ME,
        number="D-0000003C",
        kind=DisputedKind.TRANSACTION,
        transaction_id=REPAYMENT.id,
        instalment=None,
        reason=DisputeReason.WRONG_AMOUNT,
        amount=ngn(2_000_000),
        status=status,
        answer_by=TODAY + timedelta(days=21),
        is_overdue=overdue,
        outcome=outcome,
        reasons="The bank confirms what you say." if outcome is not None else None,
        found=ngn(2_000_000) if outcome is DisputeOutcome.UPHELD else None,
        may_escalate_until=TODAY + timedelta(days=30) if outcome is DisputeOutcome.REJECTED else None,
        evidence=[FILE],
        timeline=timeline,
        opened_at=NOW,
        resolved_at=NOW if outcome is not None else None,
    )


def dispute_summary(status: DisputeStatus = DisputeStatus.OPEN) -> DisputeSummary:
    """The same at a glance."""
    found = dispute(status)
    return DisputeSummary(
        id=found.id,
        loan_id=found.loan_id,
        user_id=found.user_id,
        number=found.number,
        kind=found.kind,
        reason=found.reason,
        amount=found.amount,
        status=found.status,
        outcome=found.outcome,
        answer_by=found.answer_by,
        is_overdue=found.is_overdue,
        opened_at=found.opened_at,
    )


def export(status: ExportStatus = ExportStatus.READY) -> DataExportOut:
    """A copy of one's data."""
    ready = status is ExportStatus.READY
    return DataExportOut(
        id=EXPORT,
        status=status,
        requested_at=NOW,
        ready_at=NOW if ready else None,
        expires_at=FAR if ready else None,
        size=480_000 if ready else None,
        sha256="0" * 64 if ready else None,
    )


def deletion(hindered_by: list[str], status: DeletionStatus | None = None) -> DeletionOut:
    """What ending the account means; `status` is that of the request, where one was made."""
    request = (
        None
        if status is None
        else DeletionRequestOut(
            id=DELETION, status=status, requested_at=NOW, due_at=FAR, hindered_by=hindered_by, erase_on=None
        )
    )
    return DeletionOut(
        hindered_by=hindered_by,
        window_days=14,
        kept=[
            KeptOut(what="loans_and_payments", why="anti_money_laundering", years=5),
            KeptOut(what="ledger", why="accounting", years=None),
        ],
        erase_on=TODAY + timedelta(days=1800),
        request=request,
    )


LINK = ChannelLinkOut(
    id=UUID(int=300),
    user_id=ME,
    channel=ChatChannel.WHATSAPP,
    masked="+234•••67",
    locale="en",
    is_agent=False,
    assurance=Assurance.LINKED,
    assurance_until=None,
    linked_at=NOW,
)
PASSKEY = PasskeyOut(id=UUID(int=301), name="Ada's laptop", synced=True, added_at=NOW)
SUPPORT_ANSWERS: dict[str, object] = {
    f"GET /v1/loans/{LOAN}/arrears": arrears(),
    "GET /v1/me/channel-links": [LINK],
    "GET /v1/me/passkeys": [PASSKEY],
    "GET /v1/disputes": Page(items=[dispute_summary()]),
    f"GET /v1/disputes/{DISPUTE}": dispute(),
    "GET /v1/me/data-exports": [export()],
    "GET /v1/me/deletion": deletion([]),
}
