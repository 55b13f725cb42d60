"""The conversation with support: its states, its draft, its files, a person on request."""

from uuid import UUID

import flet as ft
import msgspec
import pytest

from app.platform.port import Picked
from shared.api.conversations import ChatOption, WriteIn
from shared.paging import Page
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import BROKEN, NEVER, OFFLINE, DeviceInMemory, Table, show

THREAD = "GET /v1/me/conversation"
MESSAGES = "GET /v1/me/conversation/messages"
WRITE = "POST /v1/me/conversation/messages"


async def test_a_bot_is_called_a_bot_and_a_person_is_one_press_away() -> None:
    table = Table({THREAD: help_samples.conversation(), MESSAGES: Page(items=help_samples.MESSAGES)})
    window = await show("/chat", table=table)

    await window.until(lambda: "Assistant (bot)" in window.words)
    table.set("POST /v1/me/conversation/person", help_samples.handoff())
    table.set(THREAD, help_samples.conversation(open_=True))
    await window.press("ask-for-person")

    await window.until(lambda: "Expect an answer by" in window.words)


async def test_before_the_first_word_it_says_what_it_is_for() -> None:
    window = await show("/chat")

    await window.until(lambda: "How can we help?" in window.words)


async def test_while_it_is_read_it_says_so() -> None:
    window = await show("/chat", table=Table({THREAD: NEVER}))

    assert any(each.label == "Loading" for each in window.all(ft.Semantics))


@pytest.mark.parametrize(("answer", "words"), [(BROKEN, "This did not work"), (OFFLINE, "You are offline")])
async def test_when_it_can_t_be_read_it_says_why(answer: str, words: str) -> None:
    window = await show("/chat", table=Table({THREAD: answer}))

    await window.until(lambda: words in window.words)


async def test_a_draft_that_could_not_be_sent_is_kept_and_sent_once_under_its_name() -> None:
    device, table = DeviceInMemory(), Table({WRITE: OFFLINE})
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "How can we help?" in window.words)
    await window.write("Your message", "Where is my money?")
    await window.press("send-message")
    await window.until(lambda: "You are offline" in window.words)
    assert "Where is my money?" in device.settings["chat-draft"]

    again = await show("/chat", table=table, device=device)
    await again.until(lambda: any(each.value == "Where is my money?" for each in again.all(ft.TextField)))
    table.set(WRITE, help_samples.MESSAGES[0])
    await again.press("send-message")

    await again.until(lambda: "chat-draft" not in device.settings)
    names = {msgspec.json.decode(each.content)["client_id"] for each in table.asked if each.method == "POST"}
    assert len(names) == 1


async def test_a_file_goes_with_the_message() -> None:
    device, table = DeviceInMemory(), Table({WRITE: help_samples.MESSAGES[0]})
    device.files = [Picked(name="receipt.pdf", content=b"%PDF")]
    place = f"/v1/me/conversation/messages/{UUID(int=50)}/files"
    table.set(f"POST {place}", help_samples.FILE)
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "How can we help?" in window.words)
    await window.press("add-file")
    await window.until(lambda: "receipt.pdf" in window.words)

    await window.press("send-message")

    await window.until(lambda: any(each.url.path == place for each in table.asked))


async def test_it_is_found_from_home_and_from_the_profile() -> None:
    home = await show("/")
    await home.press("chat")
    assert home.page.route == "/chat"
    profile = await show("/profile")
    await profile.press("to-chat")
    assert profile.page.route == "/chat"


async def test_what_the_assistant_offers_is_tapped_and_sent_once_with_its_key() -> None:
    options = [ChatOption(key="1.go:pay", title="Pay now"), ChatOption(key="1.go:menu", title="Menu")]
    offer = msgspec.structs.replace(help_samples.MESSAGES[-1], options=options)
    page = Page(items=[offer, *help_samples.MESSAGES[:-1]])
    table = Table({THREAD: help_samples.conversation(), MESSAGES: page, WRITE: OFFLINE})
    window = await show("/chat", table=table)
    await window.until(lambda: "Pay now" in window.words)
    await window.press("say-Pay now")
    await window.until(lambda: "You are offline" in window.words)
    await window.press("say-Pay now")

    sent = [msgspec.json.decode(each.content, type=WriteIn) for each in table.asked if each.method == "POST"]
    assert [(each.text, each.choice) for each in sent] == [("Pay now", "1.go:pay")] * len(sent)
    assert len({each.client_id for each in sent}) == 1
