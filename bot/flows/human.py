"""A person: always, for anyone, at any step. The bot is silent until the conversation is given back."""

from bot.conversation.flow import Asking, Change, Context, Done, Flow, Level, Move, Step, ask
from bot.conversation.state import Owner
from bot.conversation.views import Say, View
from bot.flows import options
from bot.queries import Handoff, Waiting

_LONG_MIN = 90


def _prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    reason = ctx.data.get("reason", "asked_for_person")
    waiting = yield from ask(Handoff(reason, ctx.data.get("summary", "")))
    text = f"{ctx.tr.say('A person of our team answers you here.', context='bot')}\n{_when(ctx, waiting)}"
    return Done((Say(text=text, options=(options.to_bot(ctx),)),), Change(owner=Owner.PERSON))


def _when(ctx: Context, waiting: Waiting) -> str:
    if not waiting.open_now:
        return ctx.tr.say(
            "We are closed now. You have an answer by {instant}.",
            context="bot",
            instant=ctx.moment(waiting.answer_by),
        )
    if waiting.wait_min > _LONG_MIN:
        return ctx.tr.say(
            "You have an answer by {instant}. You can write already.",
            context="bot",
            instant=ctx.moment(waiting.answer_by),
        )
    return ctx.tr.plural(
        "That takes {count} minute at most. You can write already.",
        "That takes {count} minutes at most. You can write already.",
        waiting.wait_min,
    )


flow = Flow(name="human", version=1, level=Level.ANYONE, steps={"hand": Step(_prompt)})
