"""The conversation with support: its states, its draft, its files, a person on request."""

import asyncio
from uuid import UUID

import flet as ft
import msgspec
import pytest

from app.platform.port import Picked
from app.stores import news
from shared.api.conversations import Author, ChatLink, ChatOption, MessageOut, WriteIn
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import BROKEN, NEVER, OFFLINE, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

THREAD = "GET /v1/me/conversation"
MESSAGES = "GET /v1/me/conversation/messages"
WRITE = "POST /v1/me/conversation/messages"
DRAFT = f"mine.{samples.ME}.chat-draft"


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
    assert "Where is my money?" in device.secrets[DRAFT]

    again = await show("/chat", table=table, device=device)
    await again.until(lambda: any(each.value == "Where is my money?" for each in again.all(ft.TextField)))
    table.set(WRITE, help_samples.MESSAGES[0])
    await again.press("send-message")

    await again.until(lambda: DRAFT not in device.secrets)
    names = {msgspec.json.decode(each.content)["client_id"] for each in table.asked if each.method == "POST"}
    assert len(names) == 1


async def test_a_message_that_waits_for_the_network_goes_by_itself_and_once() -> None:
    device, table = DeviceInMemory(), Table({WRITE: OFFLINE})
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "How can we help?" in window.words)
    await window.write("Your message", "Where is my money?")
    await window.press("send-message")
    await window.until(lambda: "goes once you are connected" in window.words)

    table.set(WRITE, help_samples.MESSAGES[0])
    again = await show("/chat", table=table, device=device)

    await again.until(lambda: DRAFT not in device.secrets)
    assert "goes once" not in again.words
    sent = [msgspec.json.decode(each.content) for each in table.asked if each.method == "POST"]
    assert {each["text"] for each in sent} == {"Where is my money?"}
    assert len({each["client_id"] for each in sent}) == 1


@pytest.mark.parametrize("changed", ["refused", "typed on"])
async def test_what_was_refused_or_is_written_on_does_not_go_by_itself(changed: str) -> None:
    device, table = DeviceInMemory(), Table({WRITE: (409, "conversation_closed") if changed == "refused" else OFFLINE})
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "How can we help?" in window.words)
    await window.write("Your message", "Where is my money?")
    await window.press("send-message")
    await window.until(lambda: "conversation_closed" in window.words or "goes once" in window.words)
    if changed == "typed on":
        await window.write("Your message", "Where is my money? It is")
    tries = len([each for each in table.asked if each.method == "POST"])

    table.set(WRITE, help_samples.MESSAGES[0])
    again = await show("/chat", table=table, device=device)

    await again.until(lambda: "How can we help?" in again.words)
    assert len([each for each in table.asked if each.method == "POST"]) == tries
    assert DRAFT in device.secrets


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


FILES = f"POST /v1/me/conversation/messages/{UUID(int=50)}/files"


@pytest.mark.parametrize("words", ["This is my receipt", ""])
async def test_what_has_files_never_goes_without_them_and_says_so(words: str) -> None:
    device, table = DeviceInMemory(), Table({WRITE: OFFLINE})
    device.files = [Picked(name="receipt.pdf", content=b"%PDF")]
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "How can we help?" in window.words)
    if words:
        await window.write("Your message", words)
    await window.press("add-file")
    await window.press("send-message")
    await window.until(lambda: "Files are not kept when you leave" in window.words)
    tries = len([each for each in table.asked if each.method == "POST"])

    table.set(WRITE, help_samples.MESSAGES[0])
    again = await show("/chat", table=table, device=device)

    await again.until(lambda: "Please add your files again: receipt.pdf" in again.words)
    assert len([each for each in table.asked if each.method == "POST"]) == tries
    device.files = [Picked(name="receipt.pdf", content=b"%PDF")]
    table.set(FILES, help_samples.FILE)
    await again.press("add-file")
    assert "Please add" not in again.words
    await again.press("send-message")
    await again.until(lambda: DRAFT not in device.secrets)
    sent = [msgspec.json.decode(each.content) for each in table.asked if f"{each.method} {each.url.path}" == WRITE]
    assert {each["text"] for each in sent} == {words or "receipt.pdf"}
    assert [each.url.path for each in table.asked].count(FILES.split()[1]) == 1


async def test_files_that_did_not_arrive_go_with_the_message_that_did() -> None:
    device, table = DeviceInMemory(), Table({WRITE: help_samples.MESSAGES[0], FILES: OFFLINE})
    device.files = [Picked(name="receipt.pdf", content=b"%PDF")]
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "How can we help?" in window.words)
    await window.write("Your message", "This is my receipt")
    await window.press("add-file")
    await window.press("send-message")
    await window.until(lambda: "Files are not kept when you leave" in window.words)
    assert window.all(ft.TextField)[0].value == "", "the words are in the thread"

    table.set(FILES, help_samples.FILE)
    await window.press("send-message")

    await window.until(lambda: DRAFT not in device.secrets)
    places = [f"{each.method} {each.url.path}" for each in table.asked]
    assert places.count(WRITE) == 1
    assert places.count(FILES) == 2


async def waiting(table: Table) -> Window:
    """A chat whose message waits for the network."""
    window = await show("/chat", table=table)
    await window.until(lambda: "How can we help?" in window.words)
    await window.write("Your message", "Where is my money?")
    await window.press("send-message")
    await window.until(lambda: "goes once" in window.words)
    return window


async def test_what_waits_is_not_sent_on_and_on() -> None:
    table = Table({WRITE: OFFLINE})
    await waiting(table)

    await asyncio.sleep(0.5)

    assert len([each for each in table.asked if each.method == "POST"]) == 1


async def test_words_that_are_changed_after_a_try_are_a_message_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "FIRST_LOOK_S", 600.0)  # else what waits may go before it is changed
    table = Table({WRITE: OFFLINE})
    window = await waiting(table)
    table.set(WRITE, help_samples.MESSAGES[0])

    await window.write("Your message", "Where is my money? I wait since Monday.")
    await window.press("send-message")

    await window.until(lambda: not window.all(ft.TextField)[0].value)
    sent = [msgspec.json.decode(each.content) for each in table.asked if f"{each.method} {each.url.path}" == WRITE]
    assert sent[-1]["text"] == "Where is my money? I wait since Monday."
    assert sent[-1]["client_id"] != sent[0]["client_id"]


def answer(link: ChatLink) -> MessageOut:
    return msgspec.structs.replace(help_samples.said(9, Author.BOT, "How much would you like to pay?"), link=link)


async def talk(link: ChatLink) -> tuple[Window, Table, DeviceInMemory]:
    """A borrower who asks, and is answered with `link`."""
    device, table = DeviceInMemory(), Table({WRITE: help_samples.MESSAGES[0]})
    table.set(THREAD, help_samples.conversation())
    table.set(MESSAGES, Page(items=help_samples.MESSAGES))
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "Assistant (bot)" in window.words)
    table.set(MESSAGES, Page(items=[answer(link), *help_samples.MESSAGES]))
    await window.write("Your message", "I want to pay")
    await window.press("send-message")
    return window, table, device


async def test_to_pay_is_a_screen_of_the_app_that_the_answer_leads_to_by_itself() -> None:
    window, _, device = await talk(ChatLink(title="Pay now", url=f"https://app.test/loans/{samples.LOAN}/pay"))

    await window.until(lambda: window.page.route == f"/loans/{samples.LOAN}/pay")
    assert not device.opened


async def test_another_place_of_the_app_is_gone_to_on_a_press_and_inside_the_app() -> None:
    window, _, device = await talk(ChatLink(title="See it", url=f"https://app.test/loans/{samples.LOAN}/schedule"))
    await window.until(lambda: "See it" in window.words)
    assert window.page.route == "/chat"

    await window.press("go-there")

    await window.until(lambda: window.page.route == f"/calendar?loan_id={samples.LOAN}")
    assert not device.opened


@pytest.mark.parametrize(
    "url",
    [
        f"https://elsewhere.test/loans/{samples.LOAN}/pay",
        f"https://app.test.evil.example/loans/{samples.LOAN}/pay",
        "https://app.test/nowhere",
    ],
)
async def test_an_address_that_is_none_of_ours_is_opened_outside_and_never_by_itself(url: str) -> None:
    window, _, device = await talk(ChatLink(title="See it", url=url))
    await window.until(lambda: "See it" in window.words)
    assert window.page.route == "/chat"
    assert not device.opened

    await window.press("open-link")

    await window.until(lambda: device.opened == [url])
    assert window.page.route == "/chat"


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


async def test_whoever_asks_for_a_person_learns_how_many_wait_and_that_nobody_is_there_at_night() -> None:
    waiting = help_samples.conversation(open_=True)
    table = Table({THREAD: help_samples.conversation(), MESSAGES: Page(items=help_samples.MESSAGES)})
    window = await show("/chat", table=table)
    await window.until(lambda: "Assistant (bot)" in window.words)
    told = msgspec.structs.replace(help_samples.handoff(), is_within_hours=False, ahead=2, conversation=waiting)
    table.set("POST /v1/me/conversation/person", told)
    table.set(THREAD, waiting)

    await window.press("ask-for-person")

    await window.until(lambda: "2 people are before you." in window.words)
    assert "Our team is away just now." in window.words
    assert "Expect an answer by" in window.words


async def test_the_whole_conversation_is_saved_from_its_first_word_with_who_wrote_it() -> None:
    device = DeviceInMemory()
    table = Table({THREAD: help_samples.conversation(), MESSAGES: Page(items=help_samples.MESSAGES)})
    window = await show("/chat", table=table, device=device)
    await window.until(lambda: "Assistant (bot)" in window.words)

    await window.press("save-transcript")

    await window.until(lambda: bool(device.saved))
    name, content = device.saved[0]
    words = content.decode("utf-8-sig")
    assert name == "conversation.txt"
    oldest, newest = help_samples.MESSAGES[-1], help_samples.MESSAGES[0]
    assert oldest.text is not None
    assert newest.text is not None
    assert words.index(oldest.text) < words.index(newest.text)
    assert "Assistant (bot)" in words
