"""What works everywhere."""

from bot.conversation.flow import Asking, Context, Flow, Level, Move, Step
from bot.conversation.views import Say, View
from bot.flows import options


def _prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    text = ctx.tr.say(
        "This is an automated assistant. At any time you can write: menu, back, language, agent for a person, or stop"
        " to end our messages. Please never send a PIN, a card, account or identity number here.",
        context="bot",
    )
    return (Say(text=text, options=(options.menu(ctx), options.person(ctx))),)


flow = Flow(name="help", version=1, level=Level.ANYONE, steps={"help": Step(_prompt)})
