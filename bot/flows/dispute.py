"""Something is not right: which item, why, evidence if there is any, and a case with a day by which it is answered."""

from uuid import UUID

from bot.conversation.flow import Asking, Context, Done, Flow, Go, Level, Move, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Option, Pick, Say, View
from bot.flows import loans, options
from bot.queries import Dispute, Movements
from shared.api.servicing import TransactionKind, TransactionOut
from shared.i18n import DateStyle

_ITEMS = 8
_WORDS = 500
_OTHER = "other"


def _item(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    moved = yield from ask(Movements(UUID(ctx.data["loan"])))
    say = ctx.tr.say
    rows = [_row(ctx, each) for each in moved[:_ITEMS]]
    rows.append(
        Option(
            key="missing",
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
    return Option(key=f"item:{moved.id}", title=ctx.tr.money(moved.amount), note=f"{on} · {kind}" if kind else on)


def _take_item(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    if inbound.choice == "missing":
        return Go("evidence", {"item": "missing", "reason": "not_shown"})
    if inbound.choice == _OTHER:
        return Go("evidence", {"item": _OTHER, "reason": _OTHER})
    if inbound.choice.startswith("item:"):
        return Go("reason", {"item": inbound.choice.removeprefix("item:")})
    return Unclear()


def _reason(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    rows = (
        ("not_mine", say("It is not mine", context="bot|row")),
        ("wrong_amount", say("The amount is wrong", context="bot|row")),
        ("twice", say("It was taken twice", context="bot|row")),
        ("wrong_date", say("The date is wrong", context="bot|row")),
        ("not_agreed", say("I did not agree to it", context="bot|row")),
        (_OTHER, say("Something else", context="bot|row")),
    )
    return (
        Pick(
            text=say("What is wrong with it?", context="bot"),
            opener=say("Choose", context="bot|opener"),
            options=tuple(Option(key=key, title=title) for key, title in rows),
        ),
    )


def _take_reason(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    reasons = {"not_mine", "wrong_amount", "twice", "wrong_date", "not_agreed", _OTHER}
    return Go("evidence", {"reason": inbound.choice}) if inbound.choice in reasons else Unclear()


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
    opened = yield from ask(
        Dispute(
            loan_id=UUID(ctx.data["loan"]),
            item=ctx.data["item"],
            reason=ctx.data["reason"],
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
