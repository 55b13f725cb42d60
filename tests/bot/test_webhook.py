"""Meta's webhooks in Meta's own shapes: signatures, batches, statuses, kinds of message that nobody has heard of."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from backend.sandbox.whatsapp.rules import Refusal
from bot.channels.meta import BadWebhook, Heard, Told, read, verify
from bot.conversation.inbound import Kind
from tests.builders.bot import Bot, text_of, titles_of

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "whatsapp" / "business-messaging-api_v23.0.yaml"


def raw(value: dict[str, Any], field: str = "messages") -> bytes:
    change = {"field": field, "value": {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "1"}, **value}}
    return msgspec.json.encode({"object": "whatsapp_business_account", "entry": [{"id": "w", "changes": [change]}]})


def message(**more: Any) -> dict[str, Any]:
    return {"id": "wamid.A", "from": "2348031234567", "timestamp": "1749416383", **more}


def heard(value: dict[str, Any]) -> Heard:
    (found,) = read(raw(value))
    assert isinstance(found, Heard)
    return found


async def test_meta_proves_that_the_address_is_ours(bot: Bot) -> None:
    path = f"/webhooks/whatsapp/{bot.line.tenant}"
    asked = {"hub.mode": "subscribe", "hub.challenge": "12345", "hub.verify_token": bot.line.verify_token}

    right = await bot.client.get(path, params=asked)
    wrong = await bot.client.get(path, params={**asked, "hub.verify_token": "other"})

    assert (right.status_code, right.text, wrong.status_code, wrong.text) == (200, "12345", 403, "")
    assert right.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("spoil", ["unsigned", "other secret", "other body", "other tenant"])
async def test_what_is_not_signed_for_this_address_is_refused_and_not_stored(bot: Bot, spoil: str) -> None:
    phone = bot.phone()
    body = msgspec.json.encode(bot.whatsapp.say(phone.chat, "text", {"body": "menu"}))
    if spoil == "other tenant":
        answer = await bot.client.post("/webhooks/whatsapp/somebody-else", content=body)
    elif spoil == "other body":
        signed = await bot.post(body)
        header = signed.request.headers["x-hub-signature-256"]
        await bot.settled()
        before = len(phone.chat.bubbles)
        path = f"/webhooks/whatsapp/{bot.line.tenant}"
        changed = body.replace(b"menu", b"stop")
        answer = await bot.client.post(path, content=changed, headers={"X-Hub-Signature-256": header})
        await bot.settled()
        assert len(phone.chat.bubbles) == before
    else:
        answer = await bot.post(body, secret="other", sign=spoil != "unsigned")
        await bot.settled()
        assert bot.whatsapp.accepted == []

    assert answer.status_code == 401


def test_a_signature_is_compared_whole() -> None:
    body = b"{}"
    for signature in (None, "", "sha256=", "sha1=abc", "sha256=é"):
        with pytest.raises(BadWebhook):
            verify("secret", body, signature)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff", b'{"entry": 7}', b'{"entry": [{"changes": 1}]}'])
async def test_a_signed_body_that_is_no_webhook_is_refused(bot: Bot, body: bytes) -> None:
    assert (await bot.post(body)).status_code == 401


async def test_a_batch_of_messages_and_statuses_is_dealt_with_one_by_one_in_order(bot: Bot) -> None:
    phone = bot.phone()
    envelopes = [bot.whatsapp.say(phone.chat, "text", {"body": text}) for text in ("menu", "help", "language")]
    merged = envelopes[0]
    merged["entry"][0]["changes"].append(envelopes[2]["entry"][0]["changes"][0])
    value = merged["entry"][0]["changes"][0]["value"]
    value["messages"].append(envelopes[1]["entry"][0]["changes"][0]["value"]["messages"][0])
    value["statuses"] = [{"id": "wamid.X", "status": "read", "timestamp": "1749416383", "recipient_id": "1"}]
    for place, change in enumerate((value["messages"][0], value["messages"][1],
                                    merged["entry"][0]["changes"][1]["value"]["messages"][0])):  # fmt: skip
        change["timestamp"] = str(int(change["timestamp"]) + place)

    assert (await bot.post(merged)).status_code == 200
    await bot.settled()

    answers = [text_of(bubble) for bubble in phone.chat.bubbles if bubble.from_business]
    assert len(answers) == 3
    assert "automated assistant of" in answers[0]
    assert "At any time you can write" in answers[1]
    assert answers[2].startswith("Which language")


async def test_the_same_message_twice_is_answered_once(bot: Bot) -> None:
    phone = bot.phone()
    body = bot.whatsapp.say(phone.chat, "text", {"body": "menu"})

    answers = await asyncio.gather(*(bot.post(body) for _ in range(5)))
    await bot.settled()
    await bot.post({**body, "more": 1})  # as a provider writes it when it tries again
    await bot.settled()

    assert {answer.status_code for answer in answers} == {200}
    assert len([bubble for bubble in phone.chat.bubbles if bubble.from_business]) == 1


async def test_a_person_who_hides_their_number_is_answered_by_their_id(bot: Bot) -> None:
    phone = bot.phone("NG.xYz9", wa_id=None)

    assert await phone.write("menu")
    assert "to" not in bot.whatsapp.accepted[-1]
    assert bot.whatsapp.accepted[-1]["recipient"] == "NG.xYz9"
    assert bot.whatsapp.accepted[-1]["recipient_type"] == "individual"


async def test_an_older_payload_knows_only_the_number(bot: Bot) -> None:
    phone = bot.phone("2348039999999", wa_id="2348039999999")
    body = bot.whatsapp.say(phone.chat, "text", {"body": "menu"})
    value = body["entry"][0]["changes"][0]["value"]
    del value["messages"][0]["from_user_id"], value["contacts"]
    await bot.post(body)
    await bot.settled()

    assert bot.whatsapp.accepted[-1]["to"] == "2348039999999"


async def test_another_number_is_not_answered(bot: Bot) -> None:
    phone = bot.phone()
    body = bot.whatsapp.say(phone.chat, "text", {"body": "menu"})
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "999"
    answer = await bot.post(body)
    await bot.settled()

    assert answer.status_code == 200
    assert bot.whatsapp.accepted == []


@pytest.mark.parametrize("kind", ["location", "contacts", "order", "unsupported", "hologram"])
async def test_what_can_not_be_read_is_said_so(bot: Bot, kind: str) -> None:
    phone = bot.phone()
    await phone.write("menu")
    body = bot.whatsapp.say(phone.chat, kind, {"anything": [1]})
    await bot.post(body)
    await bot.settled()

    said, menu = phone.chat.bubbles[-2:]
    assert "can't be read here" in text_of(said)
    assert len(titles_of(menu)) == 10


def test_reactions_and_news_of_groups_are_left_alone() -> None:
    assert read(raw({"messages": [message(type="reaction", reaction={"emoji": "👍"})]})) == []
    assert read(raw({"groups": [{"type": "group_create"}]}, "group_lifecycle_update")) == []
    assert read(raw({"messages": [{"no": "id"}]})) == []


def test_taps_media_and_changed_numbers_are_told_apart() -> None:
    reply = {"type": "button_reply", "button_reply": {"id": "1.yes", "title": "Yes"}}
    row = {"type": "list_reply", "list_reply": {"id": "1.go:pay", "title": "Pay"}}
    image = {"id": "777", "mime_type": "image/jpeg", "caption": "here"}
    changed = {"type": "user_changed_number", "wa_id": "2348030000000"}

    assert heard({"messages": [message(type="interactive", interactive=reply)]}).inbound.choice == "1.yes"
    assert heard({"messages": [message(type="interactive", interactive=row)]}).inbound.choice == "1.go:pay"
    template = heard({"messages": [message(type="button", button={"payload": "go.pay", "text": "Pay"})]}).inbound
    assert (template.kind, template.choice) == (Kind.CHOICE, "go.pay")
    media = heard({"messages": [message(type="image", image=image)]}).inbound
    assert (media.kind, media.media, media.text) == (Kind.MEDIA, "777", "here")
    assert heard({"messages": [message(type="system", system=changed)]}).inbound.kind is Kind.NUMBER_CHANGED


def test_a_failed_status_has_its_code_and_our_tracker() -> None:
    status = {
        "id": "wamid.O", "status": "failed", "timestamp": "1749416383", "recipient_id": "1",
        "biz_opaque_callback_data": "ours", "errors": [{"code": 131047, "title": "Re-engagement message"}],
    }  # fmt: skip
    (found,) = read(raw({"statuses": [status]}))

    assert isinstance(found, Told)
    assert (found.code, found.tracker, found.status) == (131047, "ours", "failed")


@pytest.mark.skipif(not SPEC.exists(), reason="Meta's own description is not here")
def test_every_example_of_metas_own_description_is_read() -> None:
    yaml = pytest.importorskip("yaml")
    described = yaml.load(SPEC.read_text(), Loader=yaml.CSafeLoader)
    examples = described["paths"]["/whatsapp/webhooks"]["post"]["requestBody"]["content"]["application/json"][
        "examples"
    ]

    found = {name: read(msgspec.json.encode(example["value"])) for name, example in examples.items()}

    silent = {name for name, parts in found.items() if not parts}
    assert silent == {name for name in found if name.startswith("Group") or name == "Reaction Message"}
    texts = [part.inbound.text for parts in found.values() for part in parts if isinstance(part, Heard)]
    assert "Does it come in another color?" in texts


async def test_statuses_go_on_and_never_back(bot: Bot) -> None:
    phone = bot.phone()
    (said,) = await phone.write("menu")
    for status in ("read", "delivered", "sent", "read"):
        bot.whatsapp.tell(phone.chat, said, status)
    await bot.settled()

    async with bot.rows._of(bot.line.tenant) as connection:
        rows = await connection.fetch("SELECT status, provider_id FROM bot.outbox WHERE tenant = bot.current_tenant()")
    assert [(row["status"], row["provider_id"]) for row in rows] == [("read", said.id)]


async def test_when_nothing_can_be_stored_meta_is_asked_to_try_again(bot: Bot) -> None:
    phone = bot.phone()
    body = bot.whatsapp.say(phone.chat, "text", {"body": "menu"})
    assert bot.rows._pool is not None
    working, bot.rows._pool = bot.rows._pool, _Broken()

    refused = await bot.post(body)
    bot.rows._pool = working
    taken = await bot.post(body)
    await bot.settled()

    assert (refused.status_code, taken.status_code) == (503, 200)
    assert len([bubble for bubble in phone.chat.bubbles if bubble.from_business]) == 1


class _Broken:
    def acquire(self, **_: Any) -> Any:
        raise OSError("gone")


@pytest.mark.parametrize(
    ("refusal", "again"),
    [
        (Refusal(130429, "Rate limit hit", status=429, wait_s=1), True),
        (Refusal(131056, "Pair rate limit hit"), True),
        (Refusal(131047, "Re-engagement message"), False),
        (Refusal(131026, "Message undeliverable"), False),
        (Refusal(190, "Invalid OAuth access token", status=401), False),
    ],
)
async def test_what_meta_refuses_is_tried_again_only_where_that_may_help(
    bot: Bot,
    refusal: Refusal,
    again: bool,  # noqa: FBT001
) -> None:
    phone = bot.phone()
    bot.whatsapp.failures[bot.line.phone_number_id].append(refusal)
    await phone.write("menu")
    assert bot.whatsapp.accepted == []

    await asyncio.sleep(1.1)
    await bot.dispatcher.sweep()
    await bot.settled()

    assert len(bot.whatsapp.accepted) == int(again)


async def test_an_answer_of_metas_that_is_lost_sends_nothing_twice(bot: Bot) -> None:
    phone = bot.phone()
    bot.whatsapp.loses_answers = 1
    await phone.write("menu")
    await bot.settled()
    await bot.dispatcher.sweep()
    await bot.settled()

    assert len(bot.whatsapp.accepted) == 1


async def test_the_graph_api_refuses_what_meta_refuses(bot: Bot) -> None:
    phone = bot.phone()
    phone.chat.last_inbound = None
    cases: list[tuple[dict[str, Any], int]] = [
        ({"type": "text", "text": {"body": "x"}}, 131047),
        ({"type": "text", "text": {"body": "x" * 4097}}, 131009),
        ({"type": "template", "template": {"name": "none", "language": {"code": "en"}}}, 132001),
        ({"type": "smoke", "smoke": {}}, 100),
    ]
    for case, code in cases:
        with pytest.raises(Refusal) as refused:
            bot.whatsapp.accept(bot.line.phone_number_id, {"recipient": phone.chat.user_id, **case})
        assert refused.value.code == code
    transport = bot.transport.apps["graph.test"]
    async with httpx.AsyncClient(transport=transport, base_url="http://graph.test") as client:
        answer = await client.post(f"/graph/v26.0/{bot.line.phone_number_id}/messages", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)
