"""Outside the 24 hours only an approved template goes out: it says that an answer waits, and the tap brings it."""

from uuid import UUID

from bot.channels.whatsapp import Sender
from bot.conversation.inbound import Inbound, Kind
from bot.template_sync import changes, sync
from bot.templates import KINDS, META_LANGUAGES
from shared.clock import SystemClock
from tests.builders.bot import Bot, Phone, text_of

ABOUT = UUID("01998877-0000-7000-8000-00000000aaaa")


async def agent_says(bot: Bot, phone: Phone, text: str, number: int = 1) -> None:
    """The platform's news that an agent answered."""
    line = bot.lines.get(bot.line.phone_number_id)
    assert line is not None
    conversation_id = bot.dispatcher._seal.conversation_id(bot.line.phone_number_id, phone.chat.user_id)
    inbound = Inbound(kind=Kind.AGENT_SAID, event_id=f"f:{number}", at=SystemClock().now(), text=text, about=ABOUT)
    await bot.dispatcher.notice(line, conversation_id, inbound)
    await bot.settled()


def sender_of(bot: Bot) -> Sender:
    line = bot.lines.get(bot.line.phone_number_id)
    assert line is not None
    return line.sender


async def test_the_templates_are_registered_once(bot: Bot) -> None:
    first = await sync(bot.line, sender_of(bot))
    again = await sync(bot.line, sender_of(bot))

    assert len(first) == len(META_LANGUAGES) * (len(KINDS) + 1)
    assert all(each.is_new and each.status == "APPROVED" for each in first)
    assert not any(each.is_new for each in again)
    assert next(changes(first)).startswith("en ")


async def test_an_agents_answer_inside_the_window_goes_out_as_it_is(bot: Bot) -> None:
    phone = bot.phone()
    await phone.write("menu")
    await agent_says(bot, phone, "Hello Ada")

    assert text_of(phone.chat.bubbles[-1]) == "Hello Ada"


async def test_outside_it_a_template_calls_and_the_tap_brings_the_answer(bot: Bot) -> None:
    await sync(bot.line, sender_of(bot))
    phone = bot.phone()
    await phone.write("agent")
    phone.chat.window_closed = True
    await agent_says(bot, phone, "Your payment has arrived.")

    called = phone.chat.bubbles[-1]
    assert (called.kind, called.content["name"]) == ("template", "agent_reply_waiting")
    phone.chat.window_closed = False
    payload = called.content["components"][1]["parameters"][0]["payload"]
    said = await phone._send("button", {"payload": payload, "text": "Read the answer"})
    assert [text_of(each) for each in said] == ["Your payment has arrived."]


async def test_a_paused_template_is_given_up_and_nothing_else_is_sent(bot: Bot) -> None:
    await sync(bot.line, sender_of(bot))
    phone = bot.phone()
    await phone.write("agent")
    before = len(phone.chat.bubbles)
    phone.chat.window_closed = True
    for template in bot.whatsapp.templates.values():
        template.status = "PAUSED"
    await agent_says(bot, phone, "Hello")
    await bot.dispatcher.sweep()
    await bot.settled()

    assert len(phone.chat.bubbles) == before


async def test_who_has_yoruba_or_igbo_is_called_in_english(bot: Bot) -> None:
    await sync(bot.line, sender_of(bot))
    phone = bot.phone()
    await phone.write("language")
    await phone.write("Yoruba")
    await phone.write("agent")
    phone.chat.window_closed = True
    await agent_says(bot, phone, "Ẹ káàárọ̀")

    assert phone.chat.bubbles[-1].content["language"]["code"] == "en"
