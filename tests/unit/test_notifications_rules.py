"""When, where and in which words people are told."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from backend.notifications.adapters.sandbox import SandboxMessenger
from backend.notifications.domain.channels import chosen
from backend.notifications.domain.quiet import not_before
from backend.notifications.errors import MessengerSilent
from backend.notifications.ports import Message
from backend.notifications.templates import ACTIONS, TEMPLATES, render
from shared.api.notifications import Channel, Topic
from shared.i18n import Language
from shared.ids import new_id
from shared.money import Money

EVERY_PARAM = {
    "by": date(2026, 3, 23),
    "first": date(2026, 3, 9),
    "last": date(2026, 3, 27),
    "number": "D-1A2B3C4D",
    "on": date(2026, 3, 16),
    "tenant": "Acme",
    "code": "123456",
    "link": "https://acme.example/sign-in#token=x",
    "action": "agreement.sign",
    "contact": "+234•••67",
    "business": "Obi Textiles",
    "until": date(2026, 3, 9),
    "amount": Money.of(1_050_000, "NGN"),
    "outstanding": Money.of(0, "NGN"),
    "due": date(2026, 3, 2),
    "first_due": date(2026, 4, 1),
}


def lagos(hour: int, minute: int = 0) -> datetime:
    """An instant by the clock in Lagos, one hour ahead of UTC."""
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (lagos(20, 59), lagos(20, 59)),
        (lagos(21), lagos(8) + timedelta(days=1)),
        (lagos(23, 59), lagos(8) + timedelta(days=1)),
        (lagos(0), lagos(8)),
        (lagos(7, 59), lagos(8)),
        (lagos(8), lagos(8)),
    ],
)
def test_nobody_is_reminded_at_night(at: datetime, then: datetime) -> None:
    assert not_before(at, "Africa/Lagos", 21, 8) == then


def test_quiet_hours_may_lie_within_a_day_or_be_none() -> None:
    assert not_before(lagos(13), "Africa/Lagos", 12, 14) == lagos(14)
    assert not_before(lagos(15), "Africa/Lagos", 12, 14) == lagos(15)
    assert not_before(lagos(3), "Africa/Lagos", 9, 9) == lagos(3)


def test_quiet_hours_follow_the_clock_when_it_is_put_forward() -> None:
    night_of_the_change = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)  # midnight in Paris; at two it becomes three

    assert not_before(night_of_the_change, "Europe/Paris", 21, 8) == datetime(2026, 3, 29, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("topic", "wanted", "preferred", "phone", "email", "taken"),
    [
        (Topic.SERVICE, "in_app sms", "", True, True, "in_app sms"),
        (Topic.SERVICE, "in_app sms", "", False, True, "in_app email"),
        (Topic.SERVICE, "in_app", "", True, True, "in_app"),
        (Topic.REMINDER, "in_app sms", "email", True, True, "in_app email"),
        (Topic.REMINDER, "in_app sms", "sms", False, True, "in_app email"),
        (Topic.REMINDER, "in_app sms", "", True, True, "in_app"),
        (Topic.MARKETING, "sms", "", True, True, ""),
        (Topic.SECURITY, "sms", "", True, False, "sms"),
        (Topic.SECURITY, "sms", "", False, False, ""),
    ],
)
def test_a_message_takes_the_channels_that_fit_topic_reader_and_contact(
    *, topic: Topic, wanted: str, preferred: str, phone: bool, email: bool, taken: str
) -> None:
    found = chosen(
        topic,
        wanted=[Channel(name) for name in wanted.split()],
        preferred=[Channel(name) for name in preferred.split()],
        phone=phone,
        email=email,
    )

    assert found == [Channel(name) for name in taken.split()]


@pytest.mark.parametrize(
    ("topic", "wanted", "preferred", "push", "chat", "taken"),
    [
        (Topic.SECURITY, "in_app sms", "", True, False, "in_app sms push"),
        (Topic.SECURITY, "sms", "push", False, False, "sms"),
        (Topic.SERVICE, "in_app sms", "sms", True, False, "in_app sms"),
        (Topic.SERVICE, "in_app sms", "sms push", True, False, "in_app push"),
        (Topic.SERVICE, "in_app", "push", True, False, "in_app push"),
        (Topic.SERVICE, "in_app sms", "push whatsapp", True, True, "in_app whatsapp push"),
        (Topic.SERVICE, "in_app", "whatsapp", False, True, "in_app"),
        (Topic.SERVICE, "in_app sms", "push", False, False, "in_app sms"),
        (Topic.REMINDER, "in_app sms", "push", True, False, "in_app push"),
        (Topic.REMINDER, "in_app sms", "sms push", True, False, "in_app sms push"),
        (Topic.REMINDER, "in_app sms", "push", False, False, "in_app sms"),  # the one contact instead
        (Topic.REMINDER, "in_app sms", "", True, False, "in_app"),
        (Topic.MARKETING, "sms", "push", True, False, "push"),
    ],
)
def test_notices_on_phones_come_to_whoever_registered_one_and_wants_them(
    *, topic: Topic, wanted: str, preferred: str, push: bool, chat: bool, taken: str
) -> None:
    found = chosen(
        topic,
        wanted=[Channel(name) for name in wanted.split()],
        preferred=[Channel(name) for name in preferred.split()],
        phone=True,
        email=False,
        chat=chat,
        push=push,
    )

    assert found == [Channel(name) for name in taken.split()]


@pytest.mark.parametrize(
    ("topic", "wanted", "preferred", "taken"),
    [
        (Topic.SECURITY, "in_app sms", "sms", "in_app email push"),
        (Topic.SECURITY, "in_app sms", "sms push whatsapp", "in_app whatsapp email push"),
        (Topic.REMINDER, "in_app sms", "sms push", "in_app email push"),
        (Topic.REMINDER, "in_app sms", "push", "in_app push"),
        (Topic.SERVICE, "in_app sms", "sms", "in_app email"),
        (Topic.SERVICE, "in_app sms", "sms push", "in_app push"),  # in place of the text message that they can't get
        (Topic.SERVICE, "in_app", "sms push", "in_app push"),
    ],
)
def test_a_phone_that_is_registered_keeps_no_news_of_security_from_the_one_contact(
    topic: Topic, wanted: str, preferred: str, taken: str
) -> None:
    found = chosen(
        topic,
        wanted=[Channel(name) for name in wanted.split()],
        preferred=[Channel(name) for name in preferred.split()],
        phone=False,
        email=True,
        chat="whatsapp" in preferred,
        push=True,
    )

    assert found == [Channel(name) for name in taken.split()]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_notice_on_a_phone_says_nothing_of_what_it_is_about(name: str, language: Language) -> None:
    notice = render(name, EVERY_PARAM, language.value).notice

    assert notice
    assert not any(character.isdigit() or character in "{₦" for character in notice)
    assert not any(str(value) in notice for key, value in EVERY_PARAM.items() if key in {"business", "contact", "link"})


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_message_can_be_said_in_every_language(name: str, language: Language) -> None:
    said = render(name, EVERY_PARAM, language.value)

    for words in (said.title, said.text, said.short):
        assert words
        assert "{" not in words


def test_a_code_is_in_its_message_and_no_amount_is_in_a_short_one() -> None:
    assert "123456" in render("sign_in_code", EVERY_PARAM, "en").text
    for name in TEMPLATES:
        assert "10" not in render(name, EVERY_PARAM | {"code": "999999"}, "en").short.replace("10 minutes", "")


def test_a_step_up_message_says_what_it_confirms() -> None:
    assert "to sign your agreement" in render("step_up_code", EVERY_PARAM, "en").text
    assert set(ACTIONS) >= {"agreement.sign", "person.change_contact"}
    unknown = render("step_up_code", EVERY_PARAM | {"action": "some.thing"}, "en").text
    assert "to confirm what you are doing" in unknown


def message() -> Message:
    return Message(id=new_id(), channel=Channel.SMS, to="+2348031234567", subject=None, text="Hello")


def messenger(answer: httpx.Response | Exception, seen: list[httpx.Request]) -> SandboxMessenger:
    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SandboxMessenger("http://sandbox.test", "secret", transport=httpx.MockTransport(handler))


async def test_the_adapter_hands_over_under_the_messages_own_id() -> None:
    seen: list[httpx.Request] = []
    one = message()

    reached = await messenger(httpx.Response(201, json={"status": "delivered"}), seen).send(one)

    assert reached
    assert seen[0].headers["Authorization"] == "Bearer secret"
    assert seen[0].url == "http://sandbox.test/messages"
    assert f'"id":"{one.id}"'.encode() in seen[0].content


async def test_a_bounce_is_told_from_silence() -> None:
    assert not await messenger(httpx.Response(201, json={"status": "failed"}), []).send(message())
    for silence in (httpx.Response(503), httpx.ReadTimeout("late"), httpx.Response(200, text="<html>")):
        with pytest.raises(MessengerSilent):
            await messenger(silence, []).send(message())
