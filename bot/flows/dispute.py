"""Something is not right: which item, why, evidence if there is any, and a case with a day by which it is answered."""

from uuid import UUID

from bot.conversation.flow import Asking, Begin, Context, Done, Flow, Go, Level, Move, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Option, Pick, Say, View
from bot.flows import loans, options
from bot.queries import Dispute, Movements, Schedule
from shared.api.disputes import DisputedKind, DisputeReason
from shared.api.servicing import InstalmentStatus, TransactionKind, TransactionOut
from shared.i18n import DateStyle

_ITEMS = 8
_WORDS = 500
_OTHER, _MISSING = "other", "missing"
_CHARGES = {TransactionKind.FEE, TransactionKind.PENALTY}
_KINDS = {DisputedKind.TRANSACTION.value, DisputedKind.CHARGE.value}


def _item(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    moved = yield from ask(Movements(UUID(ctx.data["loan"])))
    say = ctx.tr.say
    rows = [_row(ctx, each) for each in moved[:_ITEMS]]
    rows.append(
        Option(
            key=_MISSING,
            title=say("A missing payment", context="bot|row"),
            note=say("You paid, and it is not shown", context="bot|note"),
        )
    )
    rows.append(Option(key=_OTHER, title=say("Something else", context="bot|row")))
    text = say("What is not right? Please choose what it is about.", context="bot")
    return (Pick(text=text, opener=say("Choose", context="bot|opener"), options=tuple(rows)),)


def _row(ctx: Context, moved: TransactionOut) -> Option:
    say = ctx.tr.say
    kind = {
        TransactionKind.DISBURSEMENT: say("Paid out to you", context="bot|note"),
        TransactionKind.REPAYMENT: say("Your payment", context="bot|note"),
        TransactionKind.FEE: say("A fee", context="bot|note"),
        TransactionKind.PENALTY: say("A penalty", context="bot|note"),
        TransactionKind.CREDIT_REFUND: say("Paid back to you", context="bot|note"),
    }.get(moved.kind, "")
    on = ctx.tr.date(moved.effective_on, DateStyle.SHORT)
    disputed = DisputedKind.CHARGE if moved.kind in _CHARGES else DisputedKind.TRANSACTION
    note = f"{on} · {kind}" if kind else on
    return Option(key=f"{disputed.value}:{moved.id}", title=ctx.tr.money(moved.amount), note=note)


def _take_item(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice == _MISSING:
        schedule = yield from ask(Schedule(UUID(ctx.data["loan"])))
        unpaid = next((row.number for row in schedule.rows if row.status is not InstalmentStatus.PAID), None)
        if unpaid is None:
            return Begin("human", {"reason": "missing_payment"})
        item = {"kind": DisputedKind.INSTALMENT.value, "id": str(unpaid), "reason": DisputeReason.PAID_ALREADY.value}
        return Go("evidence", item)
    if inbound.choice == _OTHER:
        return Begin("human", {"reason": "problem"})
    kind, _, id_ = inbound.choice.partition(":")
    return Go("reason", {"kind": kind, "id": id_}) if kind in _KINDS else Unclear()


def _reason(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    rows = (
        (DisputeReason.NOT_MINE, say("It is not mine", context="bot|row")),
        (DisputeReason.WRONG_AMOUNT, say("The amount is wrong", context="bot|row")),
        (DisputeReason.CHARGED_TWICE, say("It was taken twice", context="bot|row")),
        (DisputeReason.NOT_AGREED, say("I did not agree to it", context="bot|row")),
        (DisputeReason.OTHER, say("Something else", context="bot|row")),
    )
    return (
        Pick(
            text=say("What is wrong with it?", context="bot"),
            opener=say("Choose", context="bot|opener"),
            options=tuple(Option(key=reason.value, title=title) for reason, title in rows),
        ),
    )


def _take_reason(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    known = inbound.choice in {reason.value for reason in DisputeReason}
    return Go("evidence", {"reason": inbound.choice}) if known else Unclear()


def _evidence(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    text = say(
        "You may send one photo or file, or write a few words. Please send no card, account or identity numbers.",
        context="bot",
    )
    return (Say(text=text, options=(Option(key="skip", title=say("Skip", context="bot|button")), options.person(ctx))),)


def _take_evidence(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice != "skip" and inbound.kind not in {Kind.TEXT, Kind.MEDIA}:
        return Unclear()
    kind, id_ = DisputedKind(ctx.data["kind"]), ctx.data["id"]
    opened = yield from ask(
        Dispute(
            loan_id=UUID(ctx.data["loan"]),
            kind=kind,
            reason=DisputeReason(ctx.data["reason"]),
            transaction_id=None if kind is DisputedKind.INSTALMENT else UUID(id_),
            instalment=int(id_) if kind is DisputedKind.INSTALMENT else None,
            words=inbound.text[:_WORDS],
            media=inbound.media,
        )
    )
    text = ctx.tr.say(
        "Your case is open, reference {reference}. You hear from us by {date}. Until then we do not ask you for the"
        " amount in question.",
        context="bot",
        reference=opened.reference,
        date=opened.answer_by,
    )
    return Done((Say(text=text, options=(options.menu(ctx), options.person(ctx))),))


flow = Flow(
    name="dispute",
    version=1,
    level=Level.STEPPED_UP,
    steps={
        "which": loans.which("item"),
        "item": Step(_item, _take_item),
        "reason": Step(_reason, _take_reason),
        "evidence": Step(_evidence, _take_evidence),
    },
)
