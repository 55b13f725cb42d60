"""Who writes: tying the chat to an account, proving it anew for figures, and locking it again."""

import re

from bot.conversation.flow import Asking, Begin, Change, Context, Done, Flow, Go, Level, Move, Stay, Step, Unclear, ask
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.views import Link, Option, Say, View
from bot.flows import options
from bot.queries import IsProven, LinkByCode, Lock, SendCode, StepUpCheck, StepUpStart
from bot.understanding.words import normal

LINK_CODE = re.compile(r"\s*[A-Za-z0-9]{4}[- ]?[A-Za-z0-9]{4}\s*")
_CODE = re.compile(r"\d{6}")


def _link(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    say = ctx.tr.say
    text = say(
        "This chat is not tied to an account yet. Open the app, choose to link WhatsApp, and write the code that it"
        " shows here.",
        context="bot",
    )
    link = Link(text=text, title=say("Open the app", context="bot|link"), url=f"{ctx.app_url}/profile/chats")
    other = say("No account, or no app at hand? A person helps you.", context="bot")
    return (link, Say(text=other, options=(options.person(ctx), options.menu(ctx))))


def _take_link(ctx: Context, inbound: Inbound) -> Asking[Move]:
    yield from ()
    if inbound.kind is not Kind.TEXT or not LINK_CODE.fullmatch(inbound.text):
        return Unclear()
    return Go("code", {"code": inbound.text.strip().upper().replace(" ", "-")})


def _try_code(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    link_id = yield from ask(LinkByCode(ctx.data["code"]))
    say = ctx.tr.say
    if link_id is None:
        text = say("That code is unknown or too old. Please ask for a new one in the app.", context="bot")
        return Begin("link", _then(ctx), words=(Say(text=text),))
    text = say("This chat is tied to your account now.", context="bot")
    return Begin(ctx.data.get("then", "menu"), change=Change(link_id=link_id), words=(Say(text=text),))


def _prove(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    url = yield from ask(StepUpStart())
    say = ctx.tr.say
    shown = (
        Option(key="done", title=say("Done", context="bot|button")),
        Option(key="code", title=say("Send me a code", context="bot|button")),
        options.person(ctx),
    )
    text = say("Before we show figures, please confirm that it is you. One tap in the app will do.", context="bot")
    after = say("When you have confirmed, tap Done.", context="bot")
    return (
        Link(text=text, title=say("Confirm in the app", context="bot|link"), url=url),
        Say(text=after, options=shown),
    )


def _take_proof(ctx: Context, inbound: Inbound) -> Asking[Move]:
    if inbound.choice == "code":
        return Go("send")
    if inbound.choice != "done":
        return Unclear()
    proven = yield from ask(IsProven())
    if not proven:
        return Stay((Say(text=ctx.tr.say("The app has not confirmed it yet.", context="bot")),))
    return Begin(ctx.data.get("then", "menu"), change=Change(is_proven=True))


def _send(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    sent = yield from ask(SendCode())
    return Go("code", {"challenge": sent.challenge, "sent_to": sent.sent_to})


def _code(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ()
    text = ctx.tr.say(
        "Please type the code of six digits that we sent to {address}.",
        context="bot",
        address=ctx.tr.verbatim(ctx.data["sent_to"]),
    )
    return (Say(text=text, options=(options.person(ctx), options.menu(ctx))),)


def _take_code(ctx: Context, inbound: Inbound) -> Asking[Move]:
    digits = normal(inbound.text).replace(" ", "")
    if inbound.kind is not Kind.TEXT or not _CODE.fullmatch(digits):
        return Unclear()
    outcome = yield from ask(StepUpCheck(ctx.data["challenge"], digits))
    say = ctx.tr.say
    if outcome.passed:
        return Begin(ctx.data.get("then", "menu"), change=Change(is_proven=True))
    if outcome.is_over:
        text = say("That code is used up. For your safety, start again or let a person help you on.", context="bot")
        return Done((Say(text=text, options=(options.person(ctx), options.menu(ctx))),))
    return Stay((Say(text=say("That code is not right.", context="bot")),))


def _lock(ctx: Context) -> Asking[tuple[View, ...] | Move]:
    yield from ask(Lock())
    text = ctx.tr.say("Locked. Before figures are shown again, we ask you to confirm that it is you.", context="bot")
    return Done((Say(text=text, options=(options.menu(ctx),)),), Change(is_proven=False))


def _then(ctx: Context) -> dict[str, str]:
    return {"then": ctx.data["then"]} if "then" in ctx.data else {}


link = Flow(
    name="link", version=1, level=Level.ANYONE, steps={"link": Step(_link, _take_link), "code": Step(_try_code)}
)
step_up = Flow(
    name="step_up",
    version=1,
    level=Level.LINKED,
    steps={"prove": Step(_prove, _take_proof), "send": Step(_send), "code": Step(_code, _take_code)},
)
lock = Flow(name="lock", version=1, level=Level.ANYONE, steps={"lock": Step(_lock)})
