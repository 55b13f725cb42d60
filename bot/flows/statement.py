"""A statement: behind sign-in, in the app."""

from bot.conversation.flow import Asking, Context, Done, Flow, Go, Level, Move, Step, Unclear
from bot.conversation.inbound import Inbound
from bot.conversation.views import Link, Option, Say, View
from bot.flows import loans, options

_MONTHS = {"m1": 1, "m3": 3, "m12": 12}


def _period(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    shown = (
        Option(key="m1", title=say("One month", context="bot|button")),
        Option(key="m3", title=say("Three months", context="bot|button")),
        Option(key="m12", title=say("Twelve months", context="bot|button")),
    )
    return (Say(text=say("For how long shall the statement be?", context="bot"), options=shown),)


def _take_period(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    months = _MONTHS.get(inbound.choice)
    return Unclear() if months is None else Go("link", {"months": str(months)})


def _link(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    url = f"{ctx.app_url}/loans/{ctx.data['loan']}/statement?months={ctx.data['months']}"
    text = say("Your statement is in the app, behind your sign-in. We send no figures of it here.", context="bot")
    return Done((Link(text=text, title=say("Open", context="bot|link"), url=url), *_after(ctx)))


def _after(ctx: Context) -> tuple[View, ...]:
    text = ctx.tr.say("Is there anything else?", context="bot")
    return (Say(text=text, options=(options.menu(ctx), options.person(ctx))),)


flow = Flow(
    name="statement",
    version=1,
    level=Level.STEPPED_UP,
    steps={"which": loans.which("period"), "period": Step(_period, _take_period), "link": Step(_link)},
)
