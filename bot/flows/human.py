"""A person: always, for anyone, at any step. The bot is silent until the conversation is given back."""

from bot.conversation.flow import Asking, Change, Context, Done, Flow, Level, Move, Step, ask
from bot.conversation.state import Owner
from bot.conversation.views import Say, View
from bot.flows import options
from bot.queries import Handoff, Waiting


def _prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    reason = ctx.data.get("reason", "asked")
    waiting = yield from ask(Handoff(reason, ctx.data.get("summary", "")))
    text = f"{ctx.tr.say('A person of our team answers you here.', context='bot')}\n{_when(ctx, waiting)}"
    return Done((Say(text=text, options=(options.to_bot(ctx),)),), Change(owner=Owner.PERSON))


def _when(ctx: Context, waiting: Waiting) -> str:
    say = ctx.tr.say
    if not waiting.open_now and waiting.opens_at is not None:
        return say(
            "We are closed now and open again on {instant}. Your message waits.",
            context="bot",
            instant=waiting.opens_at,
        )
    if waiting.wait_min is None:
        return say("We answer as soon as we can. You can write already.", context="bot")
    return ctx.tr.plural(
        "That takes about {count} minute. You can write already.",
        "That takes about {count} minutes. You can write already.",
        waiting.wait_min,
    )


flow = Flow(name="human", version=1, level=Level.ANYONE, steps={"hand": Step(_prompt)})
