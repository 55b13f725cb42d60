"""STOP and START: what we may send, in one question. What the law has us tell goes another way."""

from bot.conversation.flow import Asking, Change, Context, Done, Flow, Level, Move, Step, Unclear, ask
from bot.conversation.inbound import Inbound
from bot.conversation.views import Option, Say, View
from bot.flows import options
from bot.queries import SetMessages


def _stop(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    text = say("Which messages shall we stop? Notices that the law asks for then reach you another way.", context="bot")
    shown = (
        Option(key="all", title=say("All messages", context="bot|button")),
        Option(key="reminders", title=say("Only reminders", context="bot|button")),
        Option(key="keep", title=say("None", context="bot|button")),
    )
    return (Say(text=text, options=shown),)


def _take_stop(ctx: Context, inbound: Inbound) -> Asking[Move]:
    say = ctx.tr.say
    if inbound.choice == "keep":
        text = say("Nothing was changed.", context="bot")
        return Done((Say(text=text, options=(options.menu(ctx),)),))
    if inbound.choice not in {"all", "reminders"}:
        return Unclear()
    yield from ask(SetMessages(inbound.choice, on=False))
    if inbound.choice == "reminders":
        text = say("Done. You get no more reminders here. Write START to have them again.", context="bot")
        return Done((Say(text=text, options=(options.menu(ctx),)),))
    text = say("Done. We write to you no more here. Write START, or write to us at any time.", context="bot")
    return Done((Say(text=text),), Change(has_stopped=True))


def _start(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ask(SetMessages("all", on=True))
    text = ctx.tr.say("You get our service messages and reminders here again. Write STOP to end them.", context="bot")
    return Done((Say(text=text, options=(options.menu(ctx),)),), Change(has_stopped=False))


stop = Flow(name="stop", version=1, level=Level.ANYONE, steps={"which": Step(_stop, _take_stop)})
start = Flow(name="start", version=1, level=Level.ANYONE, steps={"start": Step(_start)})
