"""Who writes: tying the chat to an account, proving it anew for figures, and locking it again."""

import re

from bot.conversation.flow import Asking, Begin, Change, Context, Done, Flow, Go, Level, Move, Stay, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Link, Option, Say, View
from bot.flows import options
from bot.queries import Identity, LinkAddress, StepUpCheck, StepUpStart
from bot.understanding.words import normal

_CODE = re.compile(r"\d{6}")


def _link(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    url = yield from ask(LinkAddress())
    say = ctx.tr.say
    text = say(
        "This chat is not tied to an account yet. For that, open the app once and confirm; then come back here.",
        context="bot",
    )
    after = say("Done in the app? Then tap here.", context="bot")
    return (
        Link(text=text, title=say("Open the app", context="bot|link"), url=url or ctx.app_url),
        Say(text=after, options=(_done(ctx), options.person(ctx), options.menu(ctx))),
    )


def _take_link(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice != "done":
        return Unclear()
    user_id = yield from ask(Identity())
    if user_id is None:
        return Stay((Say(text=ctx.tr.say("The app has not confirmed this chat yet.", context="bot")),))
    return Begin(ctx.data.get("then", "menu"), change=Change(user_id=user_id))


def _prove(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    way = yield from ask(StepUpStart())
    return Go("code", {"challenge": way.challenge, "sent_to": way.sent_to, "app": way.app_link or ""})


def _code(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    views: list[View] = []
    if ctx.data["app"]:
        text = say("Before we show figures, please confirm that it is you. One tap in the app will do.", context="bot")
        views.append(Link(text=text, title=say("Confirm in the app", context="bot|link"), url=ctx.data["app"]))
    if ctx.data["sent_to"]:
        text = say(
            "Or type the code of six digits that we sent to {address}.",
            context="bot",
            address=ctx.tr.verbatim(ctx.data["sent_to"]),
        )
        views.append(Say(text=text, options=(_done(ctx), options.person(ctx), options.menu(ctx))))
    return tuple(views)


def _take_code(ctx: Context, inbound: Inbound) -> Asking[Move]:
    digits = normal(inbound.text).replace(" ", "")
    if inbound.choice != "done" and not (inbound.kind is Kind.TEXT and _CODE.fullmatch(digits)):
        return Unclear()
    outcome = yield from ask(StepUpCheck(ctx.data["challenge"], digits))
    if outcome.passed:
        return Begin(ctx.data.get("then", "menu"), change=Change(is_proven=True))
    say = ctx.tr.say
    if inbound.choice == "done":
        return Stay((Say(text=say("The app has not confirmed it yet.", context="bot")),))
    if outcome.tries_left <= 0:
        text = say("That code is not right either. For your safety, a person helps you on.", context="bot")
        return Done((Say(text=text, options=(options.person(ctx), options.menu(ctx))),))
    text = ctx.tr.plural(
        "That code is not right. {count} try is left.",
        "That code is not right. {count} tries are left.",
        outcome.tries_left,
    )
    return Stay((Say(text=text),))


def _lock(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    text = ctx.tr.say("Locked. Before figures are shown again, we ask you to confirm that it is you.", context="bot")
    return Done((Say(text=text, options=(options.menu(ctx),)),), Change(is_proven=False))


def _done(ctx: Context) -> Option:
    return Option(key="done", title=ctx.tr.say("Done", context="bot|button"))


link = Flow(name="link", version=1, level=Level.ANYONE, steps={"link": Step(_link, _take_link)})
step_up = Flow(
    name="step_up", version=1, level=Level.LINKED, steps={"prove": Step(_prove), "code": Step(_code, _take_code)}
)
lock = Flow(name="lock", version=1, level=Level.ANYONE, steps={"lock": Step(_lock)})
