"""Sends on WhatsApp: views and templates as the Cloud API has them, through pywa, with failures told apart.

pywa's own `send_message` takes a business-scoped id with letters in it for a group, so messages go through the layer
below it, to the right recipient. Its errors are frozen and can't cross a context manager: they are turned into ours at
once.
"""

from enum import Enum
from typing import Any

import httpx
from pywa_async.client import WhatsApp
from pywa_async.errors import WhatsAppError

from bot.channels.outgoing import Template
from bot.conversation.views import Copy, Document, Link, Option, Pick, Say, View
from bot.settings import GRAPH, Line

VERSION = "26.0"
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)


class Outcome(Enum):
    """What a failure means for the message."""

    AGAIN = "again"  # nothing was sent, and a later try may do
    UNKNOWN = "unknown"  # it may have been sent: Meta's notices will tell
    WINDOW_CLOSED = "window_closed"  # only an approved template reaches the person
    TEMPLATE_UNUSABLE = "template_unusable"  # paused, disabled, not there in this language
    UNREACHABLE = "unreachable"  # this person can't be reached here: another channel
    NUMBER_CHANGED = "number_changed"  # the phone may have another owner: stop, and ask anew who it is
    STOPPED = "stopped"  # the person wants none of these
    TOO_LATE = "too_late"  # it is no longer worth sending
    REFUSED = "refused"  # wrong in itself; no try will help


_BY_CODE = {
    Outcome.AGAIN: (4, 80007, 130429, 131048, 131056, 131064, 131016, 131057, 133016, 2, 368),
    Outcome.UNKNOWN: (1, 131000, 135000),
    Outcome.WINDOW_CLOSED: (131047,),
    Outcome.TEMPLATE_UNUSABLE: (132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 131063),
    Outcome.UNREACHABLE: (131026, 131030, 131021, 130472, 131049, 131062, 130497),
    Outcome.NUMBER_CHANGED: (137000,),
    Outcome.STOPPED: (131050,),
}
_OUTCOMES = {code: outcome for outcome, codes in _BY_CODE.items() for code in codes}


class NotSent(Exception):
    """A message that was not accepted, or of which nobody knows. `code` is Meta's; `after_s` what it asks to wait."""

    def __init__(self, outcome: Outcome, code: int | None = None, after_s: int | None = None) -> None:
        super().__init__(f"{outcome.value} ({code})")
        self.outcome = outcome
        self.code = code
        self.after_s = after_s


def outcome_of(code: int | None) -> Outcome:
    """What Meta's error `code` means for a message."""
    return _OUTCOMES.get(code or -1, Outcome.REFUSED)


class Sender:
    """Sends from one line."""

    def __init__(
        self, line: Line, *, graph_url: str = GRAPH, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._line = line
        session = httpx.AsyncClient(timeout=_TIMEOUT, transport=transport, trust_env=transport is None)
        self._pywa = WhatsApp(
            phone_id=line.phone_number_id,
            token=line.token,
            waba_id=line.waba_id,
            session=session,
            server=None,
            api_version=VERSION,
            validate_updates=False,
        )
        if graph_url != GRAPH:
            session.base_url = httpx.URL(f"{graph_url.rstrip('/')}/v{VERSION}")
        self._session = session

    @property
    def pywa(self) -> WhatsApp:
        """The client below, for what is no message: templates, media."""
        return self._pywa

    async def close(self) -> None:
        """Closes the connections."""
        await self._session.aclose()

    async def send(self, address: str, content: View | Template, tracker: str) -> str:
        """Sends to `address`; returns Meta's id of the message. Raises NotSent."""
        kind, body = payload(content)
        is_number = address.isdecimal()
        try:
            answer = await self._pywa.api.send_message(
                sender=self._line.phone_number_id,
                to=address if is_number else None,
                recipient=None if is_number else address,
                recipient_type="individual",
                typ=kind,
                msg=body,
                biz_opaque_callback_data=tracker,
            )
            return str(answer["messages"][0]["id"])
        except WhatsAppError as refusal:
            raise _translated(refusal) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as failure:
            raise NotSent(Outcome.AGAIN) from failure
        except (httpx.HTTPError, ValueError, KeyError, IndexError) as failure:
            raise NotSent(Outcome.UNKNOWN) from failure

    async def fetch(self, media_id: str) -> tuple[bytes, str]:
        """A file that a person sent, and its media type. Raises NotSent."""
        try:
            found = await self._pywa.api.get_media_url(media_id=media_id)
            answer = await self._session.get(found["url"])
            answer.raise_for_status()
        except WhatsAppError as refusal:
            raise _translated(refusal) from None
        except httpx.HTTPError as failure:
            raise NotSent(Outcome.AGAIN) from failure
        return answer.content, str(found.get("mime_type", "application/octet-stream"))

    async def show_typing(self, message_id: str) -> None:
        """Marks a message as read and shows that an answer comes. Failures are of no consequence."""
        try:
            await self._pywa.api.set_indicator(phone_id=self._line.phone_number_id, message_id=message_id, typ="text")
        except (WhatsAppError, httpx.HTTPError):
            return


def _translated(refusal: WhatsAppError) -> NotSent:
    status = refusal.status_code or 0
    outcome = outcome_of(refusal.code)
    if outcome is Outcome.REFUSED and status >= 500:
        outcome = Outcome.UNKNOWN
    if status == 429:
        outcome = Outcome.AGAIN
    wait = refusal.raw_response.headers.get("retry-after") if refusal.raw_response is not None else None
    return NotSent(outcome, refusal.code, int(wait) if wait and wait.isdecimal() else None)


def payload(content: View | Template) -> tuple[str, dict[str, Any]]:
    """The message's type and its object, as the Cloud API takes them."""
    match content:
        case Say(text=text, options=()) | Copy(text=text):
            return "text", {"body": text, "preview_url": False}
        case Say(text=text, options=options):
            buttons = [{"type": "reply", "reply": {"id": each.key, "title": each.title}} for each in options]
            return "interactive", {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}
        case Pick(text=text, opener=opener, options=options):
            rows = {"button": opener, "sections": [{"rows": [_row(each) for each in options]}]}
            return "interactive", {"type": "list", "body": {"text": text}, "action": rows}
        case Link(text=text, title=title, url=url):
            action = {"name": "cta_url", "parameters": {"display_text": title, "url": url}}
            return "interactive", {"type": "cta_url", "body": {"text": text}, "action": action}
        case Document(text=text, url=url, filename=filename):
            return "document", {"link": url, "caption": text, "filename": filename}
        case Template():
            return "template", _template(content)


def _row(option: Option) -> dict[str, str]:
    row = {"id": option.key, "title": option.title}
    return {**row, "description": option.note} if option.note else row


def _template(template: Template) -> dict[str, Any]:
    components: list[dict[str, Any]] = []
    if template.values:
        parameters = [{"type": "text", "text": value} for value in template.values]
        components.append({"type": "body", "parameters": parameters})
    for index, given in enumerate(template.payloads):
        button = {"type": "button", "sub_type": "quick_reply", "index": str(index)}
        components.append({**button, "parameters": [{"type": "payload", "payload": given}]})
    if template.suffix:
        button = {"type": "button", "sub_type": "url", "index": str(len(template.payloads))}
        components.append({**button, "parameters": [{"type": "text", "text": template.suffix}]})
    return {"name": template.name, "language": {"code": template.language}, "components": components}
