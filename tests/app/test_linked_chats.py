"""Chats of other apps: which are linked, how one is added, ended, and confirmed when it asks."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from shared.api.channels import (
    ChannelStepUpOut,
    ChannelStepUpStatus,
    ChatChannel,
    LinkCodeOut,
    StepUpMethod,
)
from tests.builders import app_samples as samples
from tests.builders.app_stage import DeviceInMemory, Table, show
from tests.builders.app_support_samples import LINK

LINKS = "GET /v1/me/channel-links"
IN_APP = replace(LINK, id=UUID(int=301), channel=ChatChannel.IN_APP, masked="•••")
ASKED = UUID(int=310)
QUESTION = f"/v1/me/channel-step-ups/{ASKED}"


def question(status: ChannelStepUpStatus) -> ChannelStepUpOut:
    return ChannelStepUpOut(
        id=ASKED,
        link_id=LINK.id,
        channel=ChatChannel.WHATSAPP,
        masked=LINK.masked,
        method=StepUpMethod.APP,
        status=status,
        url=None,
        sent_to=None,
        expires_at=samples.FAR,
    )


@pytest.mark.parametrize("route", ["/profile/chats", "/profile/devices"])
async def test_a_linked_chat_is_shown_and_ended_after_a_question_where_the_apps_own_is_none_of_them(route: str) -> None:
    table = Table({LINKS: [LINK, IN_APP], f"DELETE /v1/me/channel-links/{LINK.id}": {}})
    window = await show(route, table=table)
    await window.until(lambda: LINK.masked in window.words)
    assert IN_APP.masked not in window.words.replace(LINK.masked, "")

    await window.press(f"unlink-{LINK.id}")
    await window.until(lambda: "Unlink this chat?" in window.words)
    assert not [each for each in table.asked if each.method == "DELETE"]
    table.set(LINKS, [IN_APP])
    await window.press("confirm")

    await window.until(lambda: LINK.masked not in window.words)
    assert [each.url.path for each in table.asked if each.method == "DELETE"] == [f"/v1/me/channel-links/{LINK.id}"]


async def test_a_chat_is_linked_by_a_code_that_goes_once_the_chat_is_there() -> None:
    code = LinkCodeOut(code="K7QX-2M9D", channel=ChatChannel.WHATSAPP, expires_at=samples.FAR)
    table, device = Table({LINKS: [], "POST /v1/me/channel-links/codes": code}), DeviceInMemory()
    window = await show("/profile/chats", table=table, device=device)
    await window.until(lambda: "No chat is linked" in window.words)
    await window.press("link-chat")
    await window.until(lambda: "K7QX-2M9D" in window.words)
    await window.press("copy-code")
    await window.until(lambda: device.copied == ["K7QX-2M9D"])

    table.set(LINKS, [LINK])

    await window.until(lambda: "The chat is linked." in window.words)
    assert "K7QX-2M9D" not in window.words


async def test_a_code_that_came_to_its_end_is_not_shown_any_more() -> None:
    past = samples.NOW - timedelta(days=3650)
    code = LinkCodeOut(code="K7QX-2M9D", channel=ChatChannel.WHATSAPP, expires_at=past)
    window = await show("/profile/chats", table=Table({LINKS: [], "POST /v1/me/channel-links/codes": code}))
    await window.until(lambda: "No chat is linked" in window.words)

    await window.press("link-chat")

    assert "K7QX-2M9D" not in window.words


@pytest.mark.parametrize(
    ("press", "sent", "after", "words"),
    [
        ("it-is-me", "confirm", ChannelStepUpStatus.CONFIRMED, "Go back to your chat"),
        ("it-is-not-me", "refuse", ChannelStepUpStatus.REFUSED, "Nothing was shown there"),
    ],
)
async def test_what_a_chat_asks_is_answered_once(press: str, sent: str, after: ChannelStepUpStatus, words: str) -> None:
    table = Table({f"GET {QUESTION}": question(ChannelStepUpStatus.WAITING)})
    table.set(f"POST {QUESTION}/confirm", LINK)
    table.set(f"POST {QUESTION}/refuse", {})
    window = await show(f"/confirm/{ASKED}", table=table)
    await window.until(lambda: "Is this you?" in window.words)
    assert not [each for each in table.asked if each.method == "POST"]

    table.set(f"GET {QUESTION}", question(after))
    await window.press(press)

    await window.until(lambda: words in window.words)
    assert [each.url.path for each in table.asked if each.method == "POST"] == [f"{QUESTION}/{sent}"]


async def test_a_question_that_is_over_can_t_be_answered() -> None:
    window = await show(f"/confirm/{ASKED}", table=Table({f"GET {QUESTION}": question(ChannelStepUpStatus.EXPIRED)}))

    await window.until(lambda: "This question is over" in window.words)
    assert "Yes, it is me" not in window.words
