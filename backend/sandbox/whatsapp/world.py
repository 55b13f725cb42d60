"""The phones, the numbers of businesses, and what passes between them."""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
from collections import defaultdict, deque
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from backend.sandbox.whatsapp.rules import Refusal, check, window_closed
from shared.clock import Clock, SystemClock
from shared.ids import new_id

WINDOW = timedelta(hours=24)
CHATS, BUBBLES = 200, 400


class Number(Struct, frozen=True, kw_only=True):
    """A business number, and the app that hears its webhooks."""

    phone_number_id: str
    display: str
    name: str
    waba_id: str
    token: str
    app_secret: str
    webhook_url: str


class Bubble(Struct, kw_only=True):
    """One message in a chat. `content` is the Cloud API's object of its `kind`."""

    id: str
    from_business: bool
    kind: str
    content: dict[str, Any]
    at: datetime
    status: str = "sent"
    tracker: str | None = None
    error: str = ""


class Chat(Struct, kw_only=True):
    """One person's chat with one number."""

    phone_number_id: str
    user_id: str
    wa_id: str | None
    name: str
    bubbles: list[Bubble] = []
    last_inbound: datetime | None = None
    window_closed: bool = False
    identity_key: str = "key1"


class Template(Struct, kw_only=True):
    """A template as it was registered."""

    id: str
    waba_id: str
    name: str
    language: str
    category: str
    status: str
    components: list[dict[str, Any]]


class WhatsApp:
    """Everything that Meta knows. `statuses` are the notices of delivery, `pauses_s` what it waits before a repeat."""

    def __init__(
        self,
        numbers: list[Number],
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        statuses: tuple[str, ...] = ("sent", "delivered"),
        approves_at_once: bool = True,
        pauses_s: tuple[float, ...] = (0.2, 1, 5, 20, 60),
    ) -> None:
        self.numbers = {number.phone_number_id: number for number in numbers}
        self.clock = clock or SystemClock()
        self.chats: dict[tuple[str, str], Chat] = {}
        self.templates: dict[tuple[str, str, str], Template] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.accepted: list[dict[str, Any]] = []
        self.reads: list[str] = []
        self.failures: dict[str, deque[Refusal]] = defaultdict(deque)
        self.statuses, self.approves_at_once, self._pauses_s = statuses, approves_at_once, pauses_s
        self.loses_answers = 0
        self._client = httpx.AsyncClient(timeout=10, transport=transport, trust_env=False)
        self._serial = itertools.count(1)
        self._posts: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Ends what is under way."""
        for post in self._posts:
            post.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)
        await self._client.aclose()

    def chat(self, phone_number_id: str, user_id: str, wa_id: str | None = None, name: str = "Ada Obi") -> Chat:
        """A person's chat, begun where there is none. `wa_id` stays hidden where none is given."""
        found = self.chats.get((phone_number_id, user_id))
        if found is None:
            while len(self.chats) >= CHATS:
                self.chats.pop(next(iter(self.chats)))
            found = Chat(phone_number_id=phone_number_id, user_id=user_id, wa_id=wa_id, name=name)
            self.chats[phone_number_id, user_id] = found
        return found

    def find(self, phone_number_id: str, address: str) -> Chat | None:
        """The chat with whoever has this id or number."""
        return self.chats.get((phone_number_id, address)) or next(
            (c for c in self.chats.values() if c.phone_number_id == phone_number_id and c.wa_id == address), None
        )

    def say(self, chat: Chat, kind: str, content: dict[str, Any], *, reply_to: str | None = None) -> dict[str, Any]:
        """The person sends something; the webhook for it, not posted yet."""
        bubble = self._add(
            chat, Bubble(id=self._wamid("IN"), from_business=False, kind=kind, content=content, at=self.clock.now())
        )
        chat.last_inbound = bubble.at
        message: dict[str, Any] = {
            "id": bubble.id,
            "timestamp": str(int(bubble.at.timestamp())),
            "type": kind,
            kind: content,
            "from_user_id": chat.user_id,
        }
        if chat.wa_id is not None:
            message["from"] = chat.wa_id
        if reply_to is not None:
            message["context"] = {"from": self.numbers[chat.phone_number_id].display, "id": reply_to}
        return self.envelope(chat.phone_number_id, contacts=[_contact(chat)], messages=[message])

    def envelope(self, phone_number_id: str, **value: Any) -> dict[str, Any]:
        """A webhook around `value`, as Meta wraps it."""
        number = self.numbers[phone_number_id]
        metadata = {"display_phone_number": number.display, "phone_number_id": phone_number_id}
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        return {"object": "whatsapp_business_account", "entry": [{"id": number.waba_id, "changes": [change]}]}

    def accept(self, phone_number_id: str, message: dict[str, Any]) -> str:
        """Takes a business's message; returns its id. Raises Refusal."""
        if self.failures[phone_number_id]:
            raise self.failures[phone_number_id].popleft()
        check(message)
        address = str(message.get("recipient") or message.get("to") or "")
        chat = self.find(phone_number_id, address)
        if chat is None:
            raise Refusal(131026, "Message undeliverable", "The recipient is not on WhatsApp.")
        if message["type"] == "template":
            self._require_template(phone_number_id, message["template"])
        elif chat.window_closed or chat.last_inbound is None or self.clock.now() - chat.last_inbound > WINDOW:
            raise window_closed()
        kind = str(message["type"])
        bubble = Bubble(
            id=self._wamid("OUT"),
            from_business=True,
            kind=kind,
            content=message[kind],
            at=self.clock.now(),
            tracker=message.get("biz_opaque_callback_data"),
            status="accepted",
        )
        self._add(chat, bubble)
        self.accepted.append({"id": bubble.id, "phone_number_id": phone_number_id, **message})
        for status in self.statuses:
            self.tell(chat, bubble, status)
        return bubble.id

    def _require_template(self, phone_number_id: str, asked: dict[str, Any]) -> None:
        language = str((asked.get("language") or {}).get("code"))
        found = self.templates.get((self.numbers[phone_number_id].waba_id, str(asked.get("name")), language))
        if found is None:
            raise Refusal(
                132001,
                "Template name does not exist in the translation",
                f"{asked.get('name')} ({language})",
                status=404,
            )
        if found.status == "PAUSED":
            raise Refusal(132015, "Template is paused", f"{found.name} is paused because of low quality")
        if found.status != "APPROVED":
            raise Refusal(132001, "Template name does not exist in the translation", f"{found.name} is {found.status}")

    def tell(self, chat: Chat, bubble: Bubble, status: str, refusal: Refusal | None = None) -> None:
        """A notice of what became of a message, posted by itself."""
        bubble.status = status
        notice: dict[str, Any] = {
            "id": bubble.id,
            "status": status,
            "timestamp": str(int(self.clock.now().timestamp())),
            "recipient_user_id": chat.user_id,
        }
        if chat.wa_id is not None:
            notice["recipient_id"] = chat.wa_id
        if bubble.tracker is not None:
            notice["biz_opaque_callback_data"] = bubble.tracker
        if refusal is not None:
            bubble.error = refusal.message
            notice["errors"] = [refusal.status_error]
        self.post(
            chat.phone_number_id, self.envelope(chat.phone_number_id, contacts=[_contact(chat)], statuses=[notice])
        )

    def post(self, phone_number_id: str, body: dict[str, Any]) -> None:
        """Posts a signed webhook, again with growing pauses while it is not taken."""
        task = asyncio.create_task(self._deliver(self.numbers[phone_number_id], msgspec.json.encode(body)))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)

    async def posted(self) -> None:
        """Waits until every webhook is through or given up."""
        while self._posts:
            await asyncio.wait(self._posts)

    async def _deliver(self, number: Number, raw: bytes) -> None:
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(number.app_secret, raw)}
        for pause in self._pauses_s:
            with contextlib.suppress(httpx.HTTPError):
                answer = await self._client.post(number.webhook_url, content=raw, headers=headers)
                if answer.is_success or answer.status_code == 401:
                    return
            await asyncio.sleep(pause)

    def change_owner(self, chat: Chat) -> None:
        """The phone behind the number gets another owner: a notice now, and another key from now on."""
        chat.identity_key = new_id().hex
        message: dict[str, Any] = {
            "id": self._wamid("SYS"),
            "timestamp": str(int(self.clock.now().timestamp())),
            "type": "system",
            "from_user_id": chat.user_id,
            "system": {
                "type": "customer_identity_changed",
                "body": "The security code changed.",
                "identity": chat.identity_key,
            },
        }
        if chat.wa_id is not None:
            message["from"] = chat.wa_id
        self.post(
            chat.phone_number_id, self.envelope(chat.phone_number_id, contacts=[_contact(chat)], messages=[message])
        )

    def register(self, waba_id: str, given: dict[str, Any]) -> Template:
        """Registers a template, approved at once where the world is so kind. Raises Refusal for one that is there."""
        key = (waba_id, str(given["name"]), str(given["language"]))
        if key in self.templates:
            raise Refusal(100, "Invalid parameter", "There is already content in this language for this template.")
        template = Template(
            id=str(10**14 + next(self._serial)),
            waba_id=waba_id,
            name=key[1],
            language=key[2],
            category=str(given["category"]),
            status="APPROVED" if self.approves_at_once else "PENDING",
            components=list(given.get("components") or []),
        )
        self.templates[key] = template
        return template

    def keep(self, content_type: str, data: bytes) -> str:
        """Keeps a file; returns its id."""
        media_id = str(10**15 + next(self._serial))
        self.media[media_id] = (content_type, data)
        return media_id

    def _add(self, chat: Chat, bubble: Bubble) -> Bubble:
        chat.bubbles.append(bubble)
        del chat.bubbles[:-BUBBLES]
        return bubble

    def _wamid(self, way: str) -> str:
        return f"wamid.{way}{new_id().hex}"


def signature(app_secret: str, raw: bytes) -> str:
    """The value of `X-Hub-Signature-256`."""
    return "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()


def _contact(chat: Chat) -> dict[str, Any]:
    contact: dict[str, Any] = {
        "profile": {"name": chat.name},
        "user_id": chat.user_id,
        "identity_key_hash": chat.identity_key,
    }
    if chat.wa_id is not None:
        contact["wa_id"] = chat.wa_id
    return contact
