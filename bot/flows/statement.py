"""A statement: behind sign-in, by a link that soon ends."""

from uuid import UUID

from bot.conversation.flow import Asking, Context, Done, Flow, Go, Level, Move, Step, Unclear, ask
from bot.conversation.inbound import Inbound
from bot.conversation.views import Link, Option, Say, View
from bot.flows import loans, options
from bot.queries import Statement

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
    del ctx
    yield from ()
    months = _MONTHS.get(inbound.choice)
    return Unclear() if months is None else Go("link", {"months": str(months)})


def _link(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    url = yield from ask(Statement(UUID(ctx.data["loan"]), int(ctx.data["months"])))
    say = ctx.tr.say
    if url is None:
        text = say("The statement can't be made at the moment. Please try again later.", context="bot")
        return Done((Say(text=text, options=(options.menu(ctx), options.person(ctx))),))
    text = say("Your statement is ready. The link works for 15 minutes and asks you to sign in.", context="bot")
    return Done((Link(text=text, title=say("Open", context="bot|link"), url=url),))


flow = Flow(
    name="statement",
    version=1,
    level=Level.STEPPED_UP,
    steps={"which": loans.which("period"), "period": Step(_period, _take_period), "link": Step(_link)},
)
