"""The menu: all that can be done here, in one list."""

from bot.conversation.flow import Asking, Context, Flow, Level, Move, Step
from bot.conversation.views import Option, Pick, View


def _prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    text = say("What can we do for you?", context="bot")
    if not ctx.state.greeted:
        hello = say("This is the automated assistant of {brand}.", context="bot", brand=ctx.brand)
        text = f"{hello}\n{text}"
    return (Pick(text=text, opener=say("Open the menu", context="bot|opener"), options=_rows(ctx)),)


def _rows(ctx: Context) -> tuple[Option, ...]:
    say = ctx.tr.say
    rows = (
        ("next_payment", say("Next payment", context="bot|row"), say("How much, and when", context="bot|note")),
        ("balance", say("Balance", context="bot|row"), say("What you owe in all", context="bot|note")),
        ("pay", say("Pay", context="bot|row"), say("By link or bank transfer", context="bot|note")),
        ("schedule", say("Schedule", context="bot|row"), say("The payments to come", context="bot|note")),
        ("payoff", say("Pay it all off", context="bot|row"), say("What closes the loan today", context="bot|note")),
        ("hardship", say("Can't pay?", context="bot|row"), say("We look for a way together", context="bot|note")),
        ("dispute", say("Report a problem", context="bot|row"), say("Something is not right", context="bot|note")),
        ("statement", say("Statement", context="bot|row"), say("For one, three or twelve months", context="bot|note")),
        ("language", say("Language", context="bot|row"), "English, Français, Hausa, Kiswahili, العربية …"),
        ("human", say("Talk to a person", context="bot|row"), say("Our team answers here", context="bot|note")),
    )
    return tuple(Option(key=f"go:{key}", title=title, note=note) for key, title, note in rows)


flow = Flow(name="menu", version=1, level=Level.ANYONE, steps={"menu": Step(_prompt)})
