"""How somebody was helped: asked once when people are done, answered by one tap whenever it comes, or not at all."""

from uuid import UUID

from bot.conversation.flow import Asking, Context, Done, Flow, Level, Move, Step, ask
from bot.conversation.payloads import NOT_NOW, rating
from bot.conversation.views import Option, Pick, Say, View
from bot.flows import options
from bot.queries import Rate

_POOR = 2


def question(ctx: Context, asked: UUID, words: str = "") -> View:
    """The question that `asked` names, after `words`."""
    say = ctx.tr.say
    text = say("How well did we help you? One tap is enough, and you need not answer.", context="bot")
    titles = (
        (5, say("Very well", context="bot|row")),
        (4, say("Well", context="bot|row")),
        (3, say("So-so", context="bot|row")),
        (2, say("Badly", context="bot|row")),
        (1, say("Very badly", context="bot|row")),
        (NOT_NOW, say("Not now", context="bot|row")),
    )
    shown = tuple(Option(key=rating(asked, score), title=title) for score, title in titles)
    return Pick(text=f"{words}\n{text}" if words else text, opener=say("Choose", context="bot|opener"), options=shown)


def _keep(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    score = int(ctx.data["score"])
    counted = yield from ask(Rate(UUID(ctx.data["question"]), score or None))
    say = ctx.tr.say
    if not counted:
        text = say("That is not asked any more. Nothing was changed.", context="bot")
    elif score == NOT_NOW:
        text = say("All right. We do not ask again soon.", context="bot")
    elif score <= _POOR:
        text = say("Thank you for saying so. We are sorry, and want to do better.", context="bot")
        return Done((Say(text=text, options=(options.person(ctx), options.menu(ctx))),))
    else:
        text = say("Thank you. That helps us.", context="bot")
    return Done((Say(text=text, options=(options.menu(ctx),)),))


flow = Flow(name="rating", version=1, level=Level.ANYONE, steps={"keep": Step(_keep)})
