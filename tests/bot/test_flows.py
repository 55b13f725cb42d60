"""Every errand to its end, in every language, within the limits of the channel: the steps alone, without a network."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.assembly import speak
from bot.conversation.inbound import Kind
from bot.conversation.state import Owner
from bot.queries import (
    Agree,
    BackToBot,
    Dispute,
    Handoff,
    Hardship,
    KeepLanguage,
    Lock,
    PaymentLink,
    Promise,
    SetMessages,
)
from shared.api.arrears import HardshipKind
from shared.i18n import Language
from tests.builders.talk import Talk
from tests.fakes.bank import LINK_ID, Bank, loan, naira, payment_link

LANGUAGES = list(Language)


@pytest.fixture(params=LANGUAGES, ids=str)
async def talk(request: pytest.FixtureRequest) -> Talk:
    return await Talk(request.param).known()


async def test_the_balance_and_what_is_next(talk: Talk) -> None:
    await talk.write("menu")
    said = await talk.tap("go:balance")
    assert talk.engine.speak(talk.language).money(naira(532_377_07)) in said.replace("\u2068", "").replace("\u2069", "")

    await talk.tap("go:menu")
    await talk.tap("go:next_payment")
    assert talk.shown() == ["go:pay", "go:schedule", "go:menu"]


async def test_overdue_loans_with_fees_fit_as_well(talk: Talk) -> None:
    talk.bank.loans = [loan(past_due=naira(213_450_82), days_past_due=34)]

    await talk.write("menu")
    await talk.tap("go:balance")
    await talk.tap("go:menu")
    await talk.tap("go:hardship")
    assert talk.shown() == ["days", "smaller", "cannot"]


async def test_paying_by_link_and_by_transfer(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:pay")
    await talk.tap("other")
    await talk.write("15000")
    await talk.tap("yes")
    await talk.tap("link")
    assert talk.bank.asked_for(PaymentLink)[0].amount == naira(15_000_00)
    await talk.tap("paid")

    await talk.write("menu")
    await talk.tap("go:pay")
    await talk.tap("due")
    await talk.tap("transfer")
    assert any(view.text == "9912345678" for view in talk.said)
    talk.bank.paid = naira(106_475_41)
    await talk.tap("paid")
    assert len(talk.bank.effects(PaymentLink)) == 1


@pytest.mark.parametrize(
    ("language", "phone", "hours", "shown"),
    [
        (Language.ENGLISH, "2348031234567", 2, "until 12:00 pm."), (Language.ENGLISH, None, 2, "until 12:00 pm."),
        (Language.ENGLISH, "2348031234567", 24, "until 30 Nov 2026, 10:00 am."),
        (Language.ENGLISH, "254712345678", 2, "until 2:00 pm."), (Language.FRENCH, "2348031234567", 2, "12:00"),
        (Language.ARABIC, "2348031234567", 2, "12:00"), (Language.SWAHILI, "254712345678", 13, "30 Nov 2026"),
    ],
)  # fmt: skip
async def test_a_links_last_moment_is_told_by_the_persons_own_clock(
    language: Language, phone: str | None, hours: int, shown: str
) -> None:
    talk = await Talk(language).known()
    talk.state = replace(talk.state, phone=phone)
    talk.bank.answers[PaymentLink] = lambda asked: payment_link(asked, timedelta(hours=hours))
    await talk.write("menu")
    await talk.tap("go:pay")
    await talk.tap("due")
    said = (await talk.tap("link")).replace("\u202f", " ").replace("\u2068", "").replace("\u2069", "")

    assert shown in said
    assert "+0" not in said
    assert "GMT" not in said


async def test_payoff_leads_to_paying_that_amount(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:payoff")
    await talk.tap("pay")
    await talk.tap("link")

    assert talk.bank.effects(PaymentLink)[0].amount == naira(503_500_00)


async def test_the_schedule_shows_three_and_leads_to_the_rest(talk: Talk) -> None:
    await talk.write("menu")
    said = await talk.tap("go:schedule")

    assert len(said.splitlines()) == 6
    assert talk.shown() == ["go:pay", "go:menu"]


async def test_a_promise_for_a_few_more_days(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:hardship")
    await talk.tap("days")
    await talk.write("2026-12-04")
    assert talk.bank.effects(Promise) == []
    said = await talk.tap("yes")

    promise = talk.bank.effects(Promise)[0]
    assert (promise.amount, promise.on.isoformat()) == (naira(106_475_41), "2026-12-04")
    assert "0000ABCD" in said


async def test_smaller_amounts_lead_to_plans_to_agree_to(talk: Talk) -> None:
    talk.bank.plans = 1

    await talk.write("menu")
    await talk.tap("go:hardship")
    await talk.tap("smaller")
    await talk.write("35000")
    await talk.tap("yes")
    await talk.tap(f"plan:{LINK_ID}")
    await talk.tap("yes")

    assert talk.bank.effects(Hardship)[0].kind is HardshipKind.SMALLER_AMOUNTS
    assert talk.bank.effects(Hardship)[0].monthly == naira(35_000_00)
    assert talk.bank.effects(Agree)[0].plan_id == LINK_ID


async def test_who_can_not_pay_at_all_may_say_why(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:hardship")
    await talk.tap("cannot")
    await talk.write("x" * 3000)

    assert talk.bank.effects(Hardship)[0].words == "x" * 500


async def test_a_dispute_with_a_photo(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:dispute")
    item = next(key for key in talk.shown() if key.startswith("transaction:"))
    await talk.tap(item)
    await talk.tap("charged_twice")
    said = await talk.photo()

    opened = talk.bank.effects(Dispute)[0]
    assert (opened.kind, opened.reason, opened.media) == ("transaction", "charged_twice", "777")
    assert "D-0001" in said


async def test_a_missing_payment_needs_no_item(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:dispute")
    await talk.tap("missing")
    await talk.tap("skip")

    opened = talk.bank.effects(Dispute)[0]
    assert (opened.kind, opened.instalment, opened.reason) == ("instalment", 1, "paid_already")


async def test_what_is_no_item_of_the_loan_goes_to_a_person(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:dispute")
    await talk.tap("other")

    assert talk.bank.effects(Handoff)[0].reason == "problem"
    assert talk.owner() is Owner.PERSON


async def test_a_statement(talk: Talk) -> None:
    await talk.write("menu")
    await talk.tap("go:statement")
    await talk.tap("m3")

    assert talk.said[0].url.endswith("/statement?months=3")  # type: ignore[union-attr]


async def test_a_person_takes_over_and_gives_back(talk: Talk) -> None:
    await talk.write("agent")
    assert talk.owner() is Owner.PERSON
    assert await talk.write("how much do i owe") == ""
    assert await talk.notice(Kind.AGENT_SAID, text="Hello, I am Bola.") == "Hello, I am Bola."

    await talk.notice(Kind.RETURNED)
    assert talk.owner() is Owner.BOT
    await talk.write("agent")
    await talk.write("bot")
    assert talk.owner() is Owner.BOT
    assert len(talk.bank.effects(Handoff)) == 2
    assert len(talk.bank.effects(BackToBot)) == 1


async def test_stop_and_start(talk: Talk) -> None:
    await talk.write("stop")
    assert talk.bank.effects(SetMessages) == []
    await talk.tap("all")
    assert talk.has_stopped()
    await talk.write("start")

    assert not talk.has_stopped()
    assert [(each.kind, each.on) for each in talk.bank.effects(SetMessages)] == [("all", False), ("all", True)]


async def test_lock_and_help(talk: Talk) -> None:
    await talk.write("help")
    await talk.write("lock")
    assert talk.state.step_up is None
    assert talk.bank.effects(Lock) == [] or talk.bank.asked_for(Lock)
    await talk.write("menu")
    await talk.tap("go:balance")

    assert "done" in talk.shown()


async def test_another_language_is_confirmed_in_itself(talk: Talk) -> None:
    wanted = Language.FRENCH if talk.language is not Language.FRENCH else Language.HAUSA
    await talk.write("menu")
    await talk.tap("go:language")
    said = await talk.tap(wanted.value)

    assert said == speak(wanted).say("From now on we speak English.", context="bot")
    assert talk.state.language is wanted
    assert talk.bank.effects(KeepLanguage)[0].language == wanted


async def test_two_misunderstandings_bring_the_offer_of_a_person(talk: Talk) -> None:
    await talk.write("zxqv wvxz")
    await talk.write("qqq zzz")

    assert talk.shown() == ["go:human", "go:menu"]


async def test_somebody_unknown_is_led_to_the_app(talk: Talk) -> None:
    stranger = Talk(talk.language, bank=Bank(linked=False))
    await stranger.write("menu")
    await stranger.tap("go:balance")
    assert stranger.said[0].url == "https://app.test/profile/chats"  # type: ignore[union-attr]
    await stranger.write("AAAA-BBBB")
    assert stranger.state.link_id is None
    await stranger.write("k7qx-2m9d")

    assert stranger.state.link_id == LINK_ID
    assert stranger.state.step_up is None


async def test_a_code_is_tried_three_times() -> None:
    talk = Talk()
    await talk.write("menu")
    await talk.tap("go:balance")
    await talk.tap("code")
    await talk.write("000000")
    await talk.write("000001")
    said = await talk.write("000002")

    assert "used up" in said
    assert talk.state.step_up is None


async def test_a_button_of_an_earlier_turn_is_refused_and_nothing_is_done() -> None:
    talk = await Talk().known()
    await talk.write("menu")
    await talk.tap("go:hardship")
    await talk.tap("days")
    await talk.write("2026-12-04")
    old = next(option.key for option in talk.options() if option.key.endswith(".yes"))
    await talk.write("back")
    said = await talk.tap_raw(old)

    assert "earlier message" in said
    assert talk.bank.effects(Promise) == []
    assert await talk.tap_raw("garbage") != ""
    assert await talk.tap_raw("ff.yes") != ""
    assert talk.bank.effects(Promise) == []


async def test_a_templates_button_works_days_later_and_knows_no_figures() -> None:
    talk = await Talk().known()
    talk.minutes = 3 * 24 * 60
    await talk.tap_raw("go.pay")

    assert "done" in talk.shown()
    assert talk.bank.effects(PaymentLink) == []


async def test_back_goes_one_question_back_at_a_time() -> None:
    talk = await Talk().known()
    await talk.write("menu")
    await talk.tap("go:pay")
    await talk.tap("other")
    await talk.write("2000")
    assert talk.state.place is not None
    assert talk.state.place.step == "confirm"
    await talk.write("back")
    assert talk.state.place.step == "other"
    await talk.write("retour")
    assert talk.state.place.step == "amount"
    await talk.write("back")
    await talk.write("back")
    assert "go:balance" in talk.shown()


async def test_fifteen_silent_minutes_end_a_flow() -> None:
    talk = await Talk().known()
    await talk.write("menu")
    await talk.tap("go:pay")
    await talk.tap("other")
    talk.minutes = 16
    said = await talk.write("2000")

    assert "like to pay" not in said
    assert talk.state.place is None


async def test_proof_ends_after_ten_idle_minutes_and_after_thirty_at_most() -> None:
    idle = await Talk().known()
    idle.minutes = 11
    await idle.tap_raw("go.balance")
    assert "done" in idle.shown()

    busy = await Talk().known()
    for minutes in (8, 16, 24):
        busy.minutes = minutes
        await busy.tap_raw("go.balance")
        assert "done" not in busy.shown()
    busy.minutes = 31
    await busy.tap_raw("go.balance")
    assert "done" in busy.shown()


async def test_more_than_is_owed_is_not_taken_and_an_amount_is_confirmed_first() -> None:
    talk = await Talk().known()
    await talk.write("menu")
    await talk.tap("go:pay")
    said = await talk.write("600000")
    assert "more than the ₦532,377.07" in said
    await talk.write("5k")

    assert talk.shown() == ["yes", "change", "go:menu"]
    assert talk.bank.effects(PaymentLink) == []


async def test_several_loans_are_asked_about_and_a_settled_one_is_told() -> None:
    talk = await Talk().known()
    other = loan(
        LINK_ID, outstanding=naira(90_000_00), lender="A lender whose name is far too long to be shown in a row"
    )
    talk.bank.loans = [loan(), other]
    await talk.write("menu")
    await talk.tap("go:balance")
    said = await talk.tap(f"loan:{LINK_ID}")
    assert "₦90,000.00" in said

    talk.bank.loans = []
    await talk.write("menu")
    assert "no loan" in await talk.tap("go:pay")


async def test_a_free_text_begins_an_errand_even_in_the_middle_of_another() -> None:
    talk = await Talk().known()
    await talk.write("abeg how much i dey owe")
    assert "You owe" in talk.said[0].text
    await talk.tap("go:pay")
    await talk.write("i lost my job and cannot pay")

    assert talk.shown() == ["days", "smaller", "cannot"]


async def test_a_changed_number_forgets_whose_chat_it_was() -> None:
    talk = await Talk().known()
    await talk.notice(Kind.NUMBER_CHANGED)
    assert (talk.state.link_id, talk.state.step_up, talk.state.name) == (None, None, "")

    again = await Talk().known()
    await again._give(kind=Kind.TEXT, text="menu", identity_key="one")
    await again._give(kind=Kind.TEXT, text="balance", identity_key="two")
    assert again.state.link_id is None


async def test_a_confirmation_in_the_app_goes_on_by_itself() -> None:
    talk = Talk(bank=Bank())
    await talk.write("menu")
    await talk.tap("go:balance")
    said = await talk.notice(Kind.PROVEN)

    assert "You owe ₦532,377.07" in said


async def test_a_flow_of_an_older_version_begins_anew() -> None:
    talk = await Talk().known()
    await talk.write("menu")
    await talk.tap("go:pay")
    assert talk.state.place is not None
    talk.state = replace(talk.state, place=replace(talk.state.place, version=0))
    await talk.write("5000")

    assert talk.state.place is None
