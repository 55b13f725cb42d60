"""Somebody can't pay: a promise for a few days, smaller amounts, or a person who looks at it. It stops reminders."""

from datetime import date, timedelta
from uuid import UUID

from bot.conversation.flow import Asking, Context, Done, Flow, Go, Level, Move, Stay, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Option, Pick, Say, View
from bot.flows import loans, options
from bot.flows.references import reference_of
from bot.queries import Agree, Hardship, HardshipCase, Promise
from bot.understanding.entities import amount_in, date_in
from shared.api.arrears import HardshipKind, PlanOut
from shared.api.servicing import LoanOut
from shared.i18n import DateStyle
from shared.money import Money

PROMISE_DAYS = 14  # the platform takes no promise for later
_WORDS = 500
_PLANS = 9
_PAYMENTS = 6


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
    promise = yield from ask(Promise(loan.id, _due(loan), on))
    text = ctx.tr.say(
        "Noted: {amount} on {date}. Reference {reference}. Until then we send no reminders. By your contract, interest"
        " may go on until you pay.",
        context="bot",
        amount=promise.amount,
        date=promise.on,
        reference=reference_of(promise.id),
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
    return (yield from _open_case(ctx, HardshipKind.SMALLER_AMOUNTS, monthly=_amount(ctx)))


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
    return (yield from _open_case(ctx, HardshipKind.CANNOT_PAY, words=inbound.text[:_WORDS]))


def _open_case(ctx: Context, kind: HardshipKind, *, words: str = "", monthly: Money | None = None) -> Asking[Move]:
    loan = yield from loans.chosen(ctx)
    if loan is None:
        return loans.settled(ctx)
    case = yield from ask(Hardship(loan.id, kind, words, monthly))
    if case.plans:
        return Go("choose", {"case": str(case.id)})
    text = ctx.tr.say(
        "Your case is open, reference {reference}. A person looks at it and writes to you here. Until it is decided we"
        " send no reminders.",
        context="bot",
        reference=reference_of(case.id),
    )
    return Done((Say(text=text, options=(options.menu(ctx), options.person(ctx))),))


def _choose(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    case = yield from ask(HardshipCase(UUID(ctx.data["case"])))
    say = ctx.tr.say
    text = say(
        "Your case is open, reference {reference}; no reminders until it is decided. These plans are possible."
        " Please choose one, or ask a person.",
        context="bot",
        reference=reference_of(case.id),
    )
    person = options.person(ctx)
    rows = (*(_plan_row(ctx, plan) for plan in case.plans[:_PLANS]), person)
    return (Pick(text=text, opener=say("See the plans", context="bot|opener"), options=rows),)


def _plan_row(ctx: Context, plan: PlanOut) -> Option:
    first = plan.payments[0]
    title = f"{len(plan.payments)} x {ctx.tr.money(first.amount)}"
    note = ctx.tr.say(
        "From {date}. Costs {amount} more.",
        context="bot|note",
        date=ctx.tr.date(first.on, DateStyle.SHORT),
        amount=plan.extra_cost,
    )
    return Option(key=f"plan:{plan.id}", title=title, note=note)


def _take_choice(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    if not inbound.choice.startswith("plan:"):
        return Unclear()
    return Go("agree", {"plan": inbound.choice.removeprefix("plan:")})


def _agree(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    case = yield from ask(HardshipCase(UUID(ctx.data["case"])))
    plan = next((each for each in case.plans if str(each.id) == ctx.data["plan"]), None)
    if plan is None:
        return Go("choose")
    say, shown = ctx.tr.say, plan.payments[:_PAYMENTS]
    lines = [
        say("This is the plan:", context="bot"),
        *(
            say("{date}: {amount}", context="bot", date=ctx.tr.date(each.on, DateStyle.SHORT), amount=each.amount)
            for each in shown
        ),
    ]
    if len(plan.payments) > len(shown):
        last = say("The last one is on {date}.", context="bot", date=plan.payments[-1].on)
        lines.append(last)
    lines.append(say("It costs {amount} more than paying now. Do you agree?", context="bot", amount=plan.extra_cost))
    return (Say(text="\n".join(lines), options=(options.yes(ctx), options.change(ctx), options.person(ctx))),)


def _take_agree(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice == "change":
        return Go("choose")
    if inbound.choice != "yes":
        return Unclear()
    case = yield from ask(Agree(UUID(ctx.data["case"]), UUID(ctx.data["plan"])))
    text = ctx.tr.say(
        "The plan is agreed, reference {reference}. You find it in the app as well.",
        context="bot",
        reference=reference_of(case.id),
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
    level=Level.STEPPED_UP,
    steps={
        "which": loans.which("opening"),
        "opening": Step(_opening, _take_opening),
        "day": Step(_day, _take_day),
        "promise": Step(_promise, _take_promise),
        "smaller": Step(_smaller, _take_smaller),
        "plan": Step(_plan, _take_plan),
        "words": Step(_words, _take_words),
        "choose": Step(_choose, _take_choice),
        "agree": Step(_agree, _take_agree),
    },
)
