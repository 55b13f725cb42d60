"""Somebody can't pay: a promise for a few days, smaller amounts, or a person who looks at it. It stops reminders."""

from datetime import date, timedelta

from bot.conversation.flow import Asking, Context, Done, Flow, Go, Level, Move, Stay, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Option, Say, View
from bot.flows import loans, options
from bot.queries import Hardship, Promise
from bot.understanding.entities import amount_in, date_in
from shared.api.servicing import LoanOut
from shared.money import Money

PROMISE_DAYS = 31
_WORDS = 500


def _opening(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    text = say(
        "Thank you for telling us; that happens to many people. It costs nothing to ask. What would help you?",
        context="bot",
    )
    shown = (
        Option(key="days", title=say("A few more days", context="bot|button")),
        Option(key="smaller", title=say("Smaller amounts", context="bot|button")),
        Option(key="cannot", title=say("I can't pay now", context="bot|button")),
    )
    return (Say(text=text, options=shown),)


def _take_opening(ctx: Context, inbound: Inbound) -> Asking[Move]:
    del ctx
    yield from ()
    ways = {"days": Go("day"), "smaller": Go("smaller"), "cannot": Go("words")}
    return ways.get(inbound.choice, Unclear())


def _day(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    example = ctx.tr.date(ctx.now.date() + timedelta(days=7))
    return (Say(text=ctx.tr.say("On which day can you pay? For example: {date}.", context="bot", date=example)),)


def _take_day(ctx: Context, inbound: Inbound) -> Asking[Move]:
    today = ctx.now.date()
    on = date_in(inbound.text, today) if inbound.kind is Kind.TEXT else None
    if on is None:
        return Unclear()
    last = today + timedelta(days=PROMISE_DAYS)
    if on > last:
        text = ctx.tr.say("The latest day that can be agreed here is {date}.", context="bot", date=last)
        return Stay((Say(text=text, options=(options.person(ctx), options.menu(ctx))),))
    loan = yield from loans.chosen(ctx)
    return loans.settled(ctx) if loan is None else Go("promise", {"on": on.isoformat()})


def _promise(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    text = ctx.tr.say(
        "You will pay {amount} on {date}. Is that right?",
        context="bot",
        amount=_due(loan),
        date=date.fromisoformat(ctx.data["on"]),
    )
    return (Say(text=text, options=(options.yes(ctx), options.change(ctx), options.person(ctx))),)


def _take_promise(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice == "change":
        return Go("day")
    if inbound.choice != "yes":
        return Unclear()
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    on = date.fromisoformat(ctx.data["on"])
    reference = yield from ask(Promise(loan.id, _due(loan), on))
    text = ctx.tr.say(
        "Noted: {amount} on {date}. Reference {reference}. Until then we send no reminders. By your contract, interest"
        " may go on until you pay.",
        context="bot",
        amount=_due(loan),
        date=on,
        reference=reference,
    )
    return Done((Say(text=text, options=(options.menu(ctx), options.person(ctx))),))


def _smaller(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    return (Say(text=ctx.tr.say("How much could you pay each month? Please type the amount.", context="bot")),)


def _take_smaller(ctx: Context, inbound: Inbound) -> Asking[Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    amount = amount_in(inbound.text, loan.outstanding.currency) if inbound.kind is Kind.TEXT else None
    if amount is None:
        return Unclear()
    return Go("plan", {"minor": str(amount.amount_minor), "currency": amount.currency})


def _plan(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    text = ctx.tr.say(
        "We ask our team whether {amount} a month is possible. Is that right?", context="bot", amount=_amount(ctx)
    )
    return (Say(text=text, options=(options.yes(ctx), options.change(ctx), options.person(ctx))),)


def _take_plan(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice == "change":
        return Go("smaller")
    if inbound.choice != "yes":
        return Unclear()
    return (yield from _open_case(ctx, "smaller_amounts", str(_amount(ctx))))


def _words(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    text = ctx.tr.say(
        "Would you like to tell us in a few words what happened? Please write no card, account or identity numbers.",
        context="bot",
    )
    return (Say(text=text, options=(_skip(ctx), options.person(ctx))),)


def _take_words(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice != "skip" and inbound.kind is not Kind.TEXT:
        return Unclear()
    return (yield from _open_case(ctx, "cannot_pay", inbound.text[:_WORDS]))


def _open_case(ctx: Context, wish: str, words: str) -> Asking[Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    reference = yield from ask(Hardship(loan.id, wish, words))
    text = ctx.tr.say(
        "Your case is open, reference {reference}. A person looks at it and writes to you here. Until it is decided we"
        " send no reminders.",
        context="bot",
        reference=reference,
    )
    return Done((Say(text=text, options=(options.menu(ctx), options.person(ctx))),))


def _skip(ctx: Context) -> Option:
    return Option(key="skip", title=ctx.tr.say("Skip", context="bot|button"))


def _due(loan: LoanOut) -> Money:
    if loan.past_due.amount_minor > 0:
        return loan.past_due
    return loan.next_due or loan.outstanding


def _amount(ctx: Context) -> Money:
    return Money.of(int(ctx.data["minor"]), ctx.data["currency"])


flow = Flow(
    name="hardship",
    version=1,
    level=Level.LINKED,
    steps={
        "which": loans.which("opening"),
        "opening": Step(_opening, _take_opening),
        "day": Step(_day, _take_day),
        "promise": Step(_promise, _take_promise),
        "smaller": Step(_smaller, _take_smaller),
        "plan": Step(_plan, _take_plan),
        "words": Step(_words, _take_words),
    },
)
