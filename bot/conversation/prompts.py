"""What the engine says by itself, whatever the flow."""

from uuid import UUID

from bot.conversation.flow import Context
from bot.conversation.inbound import Kind
from bot.conversation.views import Option, Say, View
from bot.flows import options, rating


def stale(ctx: Context) -> str:
    """A button of an earlier message was tapped."""
    return ctx.tr.say("That button belongs to an earlier message. Nothing was done.", context="bot")


def unclear(ctx: Context, kind: Kind) -> str:
    """Nobody knows what was meant."""
    if kind is Kind.MEDIA:
        return ctx.tr.say("We got your file, but it is not needed here. Nothing was done with it.", context="bot")
    if kind is Kind.OTHER:
        return ctx.tr.say("This kind of message can't be read here. Please write, or tap a button.", context="bot")
    return ctx.tr.say("Sorry, that was not understood. Please say it in other words, or tap.", context="bot")


def offer_person(ctx: Context) -> tuple[View, ...]:
    """Twice in a row nobody knew what was meant."""
    text = ctx.tr.say(
        "Sorry, this assistant still does not understand. Would you rather talk to a person?", context="bot"
    )
    return (Say(text=text, options=(options.person(ctx), options.menu(ctx))),)


def alone(ctx: Context, text: str) -> tuple[View, ...]:
    """`text` where no question follows it."""
    return (Say(text=text or ctx.tr.say("What can we do for you?", context="bot"), options=_ways(ctx)),)


def number_changed(ctx: Context) -> tuple[View, ...]:
    """WhatsApp says that the number, or the phone behind it, is another one now."""
    text = ctx.tr.say(
        "WhatsApp tells us that this number has changed. To protect you, we show nothing about an account here until"
        " it is linked again in the app.",
        context="bot",
    )
    return (Say(text=text, options=_ways(ctx)),)


def returned(ctx: Context, asked: UUID | None = None) -> tuple[View, ...]:
    """The people at the desk are done; `asked` is the question of how they helped."""
    text = ctx.tr.say("Our colleague has finished; you talk to the automated assistant again.", context="bot")
    return (Say(text=text, options=_ways(ctx)) if asked is None else rating.question(ctx, asked, text),)


def failed(ctx: Context) -> tuple[View, ...]:
    """Something broke on our side, and trying again did not help."""
    text = ctx.tr.say(
        "Something went wrong on our side, and nothing was changed. Please try again later.", context="bot"
    )
    return (Say(text=text, options=_ways(ctx)),)


def _ways(ctx: Context) -> tuple[Option, ...]:
    return (options.menu(ctx), options.person(ctx))
