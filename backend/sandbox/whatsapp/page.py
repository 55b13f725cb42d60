"""The simulator at `/dev/whatsapp`: a phone in the browser, whose words become signed webhooks as Meta posts them."""

import base64
from pathlib import Path
from typing import Any, Literal

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Struct, to_builtins

from backend.sandbox.errors import Unknown
from backend.sandbox.whatsapp.rules import Refusal, window_closed
from backend.sandbox.whatsapp.world import Chat, Number, WhatsApp

_HERE = Path(__file__).parent
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:;"
    " frame-ancestors 'none'"
)
_PUBLIC = {"public": True}
# What the next message is refused with.
_NEXT = {
    "rate_limit": Refusal(130429, "Rate limit hit", "Too many messages were sent.", status=429, wait_s=3),
    "unreachable": Refusal(131026, "Message undeliverable", "The recipient can't be reached."),
    "opted_out": Refusal(131050, "User stopped", "The user has stopped messages of this kind from the business."),
}


class Typed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the person does on the phone. `user_id` and `wa_id` are who they are at Meta; the number may be hidden."""

    number: str
    user_id: str
    wa_id: str | None = None
    name: str = "Ada Obi"
    text: str | None = None
    option_id: str | None = None
    option_title: str = ""
    is_row: bool = False
    is_template_button: bool = False
    reply_to: str | None = None
    photo_data: str | None = None  # base64


class Trouble(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall go wrong next."""

    number: str
    user_id: str
    kind: Literal[
        "window_closed", "window_open", "rate_limit", "template_paused", "templates_approved", "number_changed",
        "lost_answer", "undelivered", "unreachable", "opted_out",
    ]  # fmt: skip


@get("/dev/whatsapp", operation_id="devWhatsApp", opt=_PUBLIC, media_type=MediaType.HTML, sync_to_thread=True)
def page() -> Response[str]:
    """The phone."""
    content = (_HERE / "phone.html").read_text(encoding="utf-8")
    return Response(content, media_type=MediaType.HTML, headers={"Content-Security-Policy": _POLICY})


@get("/dev/whatsapp/{name:str}", operation_id="devWhatsAppFile", opt=_PUBLIC, sync_to_thread=True)
def file(name: FromPath[str]) -> Response[str]:
    """Its style and its script."""
    kinds = {"phone.css": "text/css", "phone.js": "text/javascript"}
    if name not in kinds:
        raise Unknown(what="file", key=name)
    content = (_HERE / name).read_text(encoding="utf-8")
    return Response(content, media_type=kinds[name], headers={"Cache-Control": "no-cache"})


@get("/dev/whatsapp/api/numbers", operation_id="devWhatsAppNumbers", opt=_PUBLIC, sync_to_thread=False)
def numbers(whatsapp: NamedDependency[WhatsApp]) -> list[dict[str, str]]:
    """The businesses that can be written to."""
    return [
        {"id": each.phone_number_id, "name": each.name, "display": each.display} for each in whatsapp.numbers.values()
    ]


@post("/dev/whatsapp/api/numbers", operation_id="devWhatsAppAddNumber", status_code=201)
async def add_number(data: JSONBody[Number], whatsapp: NamedDependency[WhatsApp]) -> None:
    """Gives a business a number; for who holds the sandbox's key."""
    whatsapp.numbers[data.phone_number_id] = data


@get("/dev/whatsapp/api/chat", operation_id="devWhatsAppChat", opt=_PUBLIC, sync_to_thread=False)
def chat(whatsapp: NamedDependency[WhatsApp], number: FromQuery[str], user_id: FromQuery[str]) -> dict[str, Any]:
    """One chat as it stands; looking at it marks what came in as read."""
    found = whatsapp.find(number, user_id)
    if found is None:
        return {"bubbles": [], "window_closed": False}
    for bubble in found.bubbles:
        if bubble.from_business and bubble.status == "delivered":
            whatsapp.tell(found, bubble, "read")
    shown: dict[str, Any] = to_builtins(found)
    for bubble in shown["bubbles"]:
        if bubble["kind"] == "template":
            bubble["template"] = _filled(whatsapp, found, bubble["content"])
    return shown


@post("/dev/whatsapp/api/messages", operation_id="devWhatsAppSend", opt=_PUBLIC, status_code=202)
async def send(data: JSONBody[Typed], whatsapp: NamedDependency[WhatsApp]) -> None:
    """The person writes, taps or sends a photo."""
    if data.number not in whatsapp.numbers:
        raise Unknown(what="number", key=data.number)
    person = whatsapp.chat(data.number, data.user_id, data.wa_id, data.name)
    kind, content = _content(whatsapp, data)
    whatsapp.post(data.number, whatsapp.say(person, kind, content, reply_to=data.reply_to))


@post("/dev/whatsapp/api/trouble", operation_id="devWhatsAppTrouble", opt=_PUBLIC, status_code=202)
async def trouble(data: JSONBody[Trouble], whatsapp: NamedDependency[WhatsApp]) -> None:
    """Something goes wrong at Meta."""
    person = whatsapp.find(data.number, data.user_id)
    if person is None:
        raise Unknown(what="chat", key=data.user_id)
    match data.kind:
        case "window_closed" | "window_open":
            person.window_closed = data.kind == "window_closed"
        case "rate_limit" | "unreachable" | "opted_out":
            whatsapp.failures[data.number].append(_NEXT[data.kind])
        case "template_paused" | "templates_approved":
            for template in whatsapp.templates.values():
                template.status = "PAUSED" if data.kind == "template_paused" else "APPROVED"
        case "number_changed":
            whatsapp.change_owner(person)
        case "lost_answer":
            whatsapp.loses_answers += 1
        case "undelivered":
            newest = next((each for each in reversed(person.bubbles) if each.from_business), None)
            if newest is not None:
                whatsapp.tell(person, newest, "failed", window_closed())


def _content(whatsapp: WhatsApp, typed: Typed) -> tuple[str, dict[str, Any]]:
    if typed.option_id is not None and typed.is_template_button:
        return "button", {"payload": typed.option_id, "text": typed.option_title}
    if typed.option_id is not None:
        kind = "list_reply" if typed.is_row else "button_reply"
        return "interactive", {"type": kind, kind: {"id": typed.option_id, "title": typed.option_title}}
    if typed.photo_data is not None:
        media = whatsapp.keep("image/jpeg", base64.b64decode(typed.photo_data))
        return "image", {"id": media, "mime_type": "image/jpeg", "caption": typed.text or ""}
    return "text", {"body": typed.text or ""}


def _filled(whatsapp: WhatsApp, person: Chat, content: dict[str, Any]) -> dict[str, Any]:
    """A template as the phone shows it: its text with the values in their places, and its buttons."""
    waba = whatsapp.numbers[person.phone_number_id].waba_id
    template = whatsapp.templates.get((waba, content["name"], content["language"]["code"]))
    if template is None:
        return {"text": content["name"], "buttons": []}
    given = {each["type"] + str(each.get("index", "")): each["parameters"] for each in content.get("components", [])}
    text, buttons = "", []
    for part in template.components:
        if part["type"].upper() == "BODY":
            text = part["text"]
            for place, value in enumerate(given.get("body", []), 1):
                text = text.replace(f"{{{{{place}}}}}", value["text"])
        elif part["type"].upper() == "BUTTONS":
            for index, each in enumerate(part["buttons"]):
                payload = given.get(f"button{index}", [{}])[0]
                buttons.append({"title": each["text"], "id": payload.get("payload"), "url": each.get("url")})
    return {"text": text, "buttons": buttons}


routes = (page, file, numbers, add_number, chat, send, trouble)
