"""The payments to come: the next three here, all of them in the app."""

from uuid import UUID

from bot.conversation.flow import Asking, Context, Done, Flow, Level, Move, Step, ask
from bot.conversation.views import Link, Say, View
from bot.flows import loans, options
from bot.queries import Schedule
from shared.api.servicing import InstalmentStatus
from shared.i18n import DateStyle

_SHOWN = 3


def _prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    schedule = yield from ask(Schedule(UUID(ctx.data["loan"])))
    rows = [row for row in schedule.rows if row.status is not InstalmentStatus.PAID]
    if not rows:
        return loans.settled(ctx)
    say = ctx.tr.say
    lines = [
        say("{date}: {amount}", context="bot", date=ctx.tr.date(row.due_on, DateStyle.SHORT), amount=row.open)
        for row in rows[:_SHOWN]
    ]
    head = say("Your next payments:", context="bot")
    shown = (options.pay(ctx), options.menu(ctx))
    if len(rows) <= _SHOWN:
        return Done((Say(text="\n".join([head, *lines]), options=shown),))
    last = say(
        "The last one is on {date}. In all still to pay: {amount}.",
        context="bot",
        date=rows[-1].due_on,
        amount=schedule.open,
    )
    link = Link(
        text=say("The whole schedule is in the app.", context="bot"),
        title=say("Open the app", context="bot|link"),
        url=f"{ctx.app_url}/loans/{schedule.loan_id}/schedule",
    )
    return Done((link, Say(text="\n".join([head, *lines, last]), options=shown)))


flow = Flow(
    name="schedule",
    version=1,
    level=Level.STEPPED_UP,
    steps={"which": loans.which("show"), "show": Step(_prompt)},
)
