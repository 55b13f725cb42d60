"""Every step of every flow in every language with the widest figures and names, and every nudge: all of it fits."""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

import pytest
from msgspec.structs import replace

from backend.notifications.domain.nudges import _BY_MESSAGE, nudge_of
from backend.notifications.templates import render
from bot import templates
from bot.assembly import speak
from bot.conversation.flow import Asking, Context, Flow, Move, Step
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.payloads import rating
from bot.conversation.turns import Turn
from bot.conversation.views import Option, Say, View
from bot.delivery import _shown
from bot.flows import ALL
from bot.limits import BODY, BUTTON_TITLE, TEMPLATE_BUTTON, complaints
from bot.queries import Hardship, HardshipCase
from shared.api.arrears import HardshipOut
from shared.api.identity import TenantSettings
from shared.api.nudges import NudgeKind
from shared.i18n import Language
from tests.builders.talk import Talk
from tests.fakes.bank import LINK_ID, NOW, Bank, hardship, loan, naira

BRAND = "Kola & Obi Agricultural Cooperative Microfinance Bank Ltd"
LENDER = "A lender whose registered name is by far too long to be shown in a row"
WIDEST = naira(98_765_432_10)
ASKED = UUID("01998877-0000-7000-8000-00000000ca5a")
Seen = set[tuple[str, str]]


def recorded(seen: Seen) -> Mapping[str, Flow]:
    """The flows, each of whose prompts says that it was shown."""

    def step(flow: str, name: str, of: Step) -> Step:
        def prompt(ctx: Context) -> Asking[tuple[View, ...] | Move]:
            seen.add((flow, name))
            return (yield from of.prompt(ctx))

        return Step(prompt, of.take)

    return {
        flow.name: Flow(
            name=flow.name, version=flow.version, level=flow.level,
            steps=MappingProxyType({name: step(flow.name, name, of) for name, of in flow.steps.items()}),
        )
        for flow in ALL.values()
    }  # fmt: skip


def everything() -> Seen:
    return {(flow.name, step) for flow in ALL.values() for step in flow.steps}


class Wide(Talk):
    """Somebody with two loans, large figures, a long-named lender and a plan to agree to."""

    def begin(self, seen: Seen) -> None:
        self.engine = type(self.engine)(
            flows=recorded(seen), speak=speak, brand=BRAND, app_url=self.engine.app_url, zone_of=self.engine.zone_of
        )
        one = loan(
            outstanding=WIDEST, past_due=WIDEST, next_due=WIDEST, principal=WIDEST, days_past_due=1234, lender=LENDER
        )
        self.bank.loans = [one, replace(one, id=LINK_ID)]
        self.bank.answers[Hardship] = self.bank.answers[HardshipCase] = lambda _: wide_case()

    async def errand(self, name: str) -> None:
        """Begins an errand by the menu, with the first of the loans."""
        await self.write("menu")
        await self.tap(f"go:{name}")
        if any(key.startswith("loan:") for key in self.shown()):
            await self.tap(f"loan:{LINK_ID}")


def wide_case() -> HardshipOut:
    """Two plans of many large payments."""
    case = hardship(plans=1)
    payments = [replace(case.plans[0].payments[0], amount=WIDEST)] * 24
    plan = replace(case.plans[0], payments=payments, extra_cost=WIDEST)
    return replace(case, plans=[plan, replace(plan, id=case.id, payments=payments[:2])])


async def walk(talk: Wide) -> None:
    """Every errand to each of its ends."""
    await talk.write("hello")
    await talk.tap("go:balance")
    await talk.tap("code")
    await talk.write("123456")
    await talk.tap(f"loan:{LINK_ID}")
    for name in ("balance", "next_payment", "schedule", "payoff", "statement", "language"):
        await talk.errand(name)
    await talk.errand("statement")
    await talk.tap("m12")
    await pays(talk)
    await is_in_trouble(talk)
    await disputes(talk)
    await talk.tap_raw(rating(ASKED, 1))
    await talk.tap_raw(rating(ASKED, 0))
    for word in ("help", "stop"):
        await talk.write(word)
    await talk.tap("reminders")
    for word in ("stop", "start", "lock", "agent", "bot"):
        await talk.write(word)


async def pays(talk: Wide) -> None:
    await talk.errand("pay")
    await talk.tap("other")
    await talk.write("98765432.10")
    await talk.tap("yes")
    await talk.tap("link")
    await talk.tap("paid")
    await talk.errand("pay")
    await talk.tap("due")
    await talk.tap("transfer")
    talk.bank.paid = WIDEST
    await talk.tap("paid")


async def is_in_trouble(talk: Wide) -> None:
    await talk.errand("hardship")
    await talk.tap("days")
    await talk.write("2027-12-31")  # later than what can be agreed
    await talk.write("2026-12-04")
    await talk.tap("yes")
    await talk.errand("hardship")
    await talk.tap("smaller")
    await talk.write("98765432.10")
    await talk.tap("yes")
    await talk.tap(f"plan:{LINK_ID}")
    await talk.tap("yes")
    del talk.bank.answers[Hardship]
    await talk.errand("hardship")
    await talk.tap("cannot")
    await talk.tap("skip")


async def disputes(talk: Wide) -> None:
    await talk.errand("dispute")
    await talk.tap(next(key for key in talk.shown() if key.startswith("transaction:")))
    await talk.tap("other")
    await talk.photo()


async def is_a_stranger(talk: Wide) -> None:
    await talk.write("hello")
    await talk.tap("go:pay")
    await talk.write("AAAA-BBBB")


async def says_what_nobody_expects(talk: Wide) -> None:
    """The words that belong to no flow."""
    await talk.write("zxqv wvxz")
    await talk.photo()
    await talk.write("qqq zzz")
    await talk.tap_raw("0.yes")
    await talk._give(kind=Kind.OTHER)
    for about in (None, ASKED):
        await talk.write("agent")
        await talk.notice(Kind.RETURNED, about=about)
    await talk.notice(Kind.NUMBER_CHANGED)
    broken = talk.engine.apologise(talk.state, NOW)
    assert [each for view in broken.views for each in complaints(view)] == []


@pytest.mark.parametrize("language", list(Language), ids=str)
async def test_every_step_fits_in_every_language_whatever_the_figures(language: Language) -> None:
    seen: Seen = set()
    known, stranger, odd = Wide(language), Wide(language, bank=Bank(linked=False)), Wide(language)
    for talk in (known, stranger, odd):
        talk.begin(seen)
    await walk(known)
    await is_a_stranger(stranger)
    await says_what_nobody_expects(odd)

    assert everything() - seen == set()


PARAMS: dict[str, object] = {
    "tenant": BRAND, "due": date(2026, 9, 30), "reference": "A4AE10B4", "number": "D-1A2B3C4D", "amount": WIDEST,
    "outstanding": WIDEST, "first": date(2026, 9, 30), "last": date(2026, 9, 30), "first_due": date(2026, 9, 30),
}  # fmt: skip
ALLOWED = TenantSettings(whatsapp_arrears=True, whatsapp_origination=True)


def nudges() -> Iterator[tuple[str, NudgeKind]]:
    return ((message, kind) for message, (kind, _) in _BY_MESSAGE.items())


def test_every_nudge_stands_for_a_message_and_every_template_for_a_nudge() -> None:
    assert {kind for _, kind in nudges()} == set(NudgeKind)
    assert {kind.name for kind in templates.KINDS} - {kind.value for kind in NudgeKind} == {"agent_reply_waiting"}


@pytest.mark.parametrize("language", list(Language), ids=str)
@pytest.mark.parametrize(("message", "kind"), list(nudges()), ids=str)
def test_every_nudge_fits_in_every_language_inside_the_window_and_outside(
    message: str, kind: NudgeKind, language: Language
) -> None:
    nudge = nudge_of(message, PARAMS, ALLOWED)
    assert nudge is not None
    words = render(message, PARAMS, language.value)
    state = replace(Talk(language).state, language=language)
    turn = Turn(state=state, views=(Say(text=words.short),))
    inbound = Inbound(kind=Kind.NUDGE, event_id="f:1", at=NOW, text=words.short, template=kind.value)
    (inside,) = _shown(turn, inbound)

    assert isinstance(inside, Say)
    assert list(complaints(inside)) == []
    assert "98,765" not in inside.text
    assert "98.765" not in inside.text
    (button,) = inside.options
    assert isinstance(button, Option)
    assert len(button.title) <= BUTTON_TITLE
    template = templates.BY_NAME[kind.value]
    meta = templates.language_of(language)
    given = {"brand": BRAND, **{name: str(PARAMS.get(name, "30 September 2026")) for name, _ in template.values}}
    outside = templates.body_of(template, meta)
    for place, (name, _) in enumerate(template.values, 1):
        outside = outside.replace(f"{{{{{place}}}}}", given[name])
    assert len(outside) <= BODY
    assert "{" not in outside
    assert len(templates.button_of(template, meta)) <= TEMPLATE_BUTTON
    assert button.key == templates.payload_of(template)
