"""Options that many flows offer."""

from bot.conversation.flow import Context
from bot.conversation.views import Option


def menu(ctx: Context) -> Option:
    """To the menu."""
    return Option(key="go:menu", title=ctx.tr.say("Menu", context="bot|button"))


def pay(ctx: Context) -> Option:
    """To paying."""
    return Option(key="go:pay", title=ctx.tr.say("Pay now", context="bot|button"))


def schedule(ctx: Context) -> Option:
    """To the schedule."""
    return Option(key="go:schedule", title=ctx.tr.say("Schedule", context="bot|button"))


def person(ctx: Context) -> Option:
    """To a person."""
    return Option(key="go:human", title=ctx.tr.say("Talk to a person", context="bot|button"))


def to_bot(ctx: Context) -> Option:
    """Back from a person."""
    return Option(key="go:bot", title=ctx.tr.say("Back to the bot", context="bot|button"))


def yes(ctx: Context) -> Option:
    """Confirms."""
    return Option(key="yes", title=ctx.tr.say("Yes", context="bot|button"))


def change(ctx: Context) -> Option:
    """Back to the question that is being confirmed."""
    return Option(key="change", title=ctx.tr.say("Change", context="bot|button"))
