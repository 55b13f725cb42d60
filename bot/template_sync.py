"""Registers the templates with Meta: `caas bot templates sync`. What is there stays; Meta approves each by itself."""

from collections.abc import Iterator

import httpx
from msgspec import Struct
from pywa_async.errors import WhatsAppError

from bot.channels.whatsapp import Sender
from bot.settings import Line
from bot.templates import definitions

PAGE = 200


class TemplateState(Struct, frozen=True, kw_only=True):
    """One template in one language, and where it stands at Meta: approved, pending, rejected, paused and so on."""

    name: str
    language: str
    status: str
    is_new: bool


class SyncFailed(Exception):
    """Meta can't be reached, or refused a template; the message says which and why."""


async def sync(line: Line, sender: Sender) -> list[TemplateState]:
    """Registers what is missing in the line's account. Idempotent. Raises SyncFailed."""
    try:
        there = await _there(line, sender)
        found = []
        for wanted in definitions():
            key = (str(wanted["name"]), str(wanted["language"]))
            if key in there:
                found.append(TemplateState(name=key[0], language=key[1], status=there[key], is_new=False))
                continue
            made = await sender.pywa.api.create_template(waba_id=line.waba_id, template=wanted)
            found.append(TemplateState(name=key[0], language=key[1], status=str(made["status"]), is_new=True))
    except WhatsAppError as refusal:
        raise SyncFailed(f"Meta refused with {refusal.code}: {refusal.message} {refusal.details or ''}") from None
    except httpx.HTTPError as failure:
        raise SyncFailed("Meta can't be reached") from failure
    return found


async def _there(line: Line, sender: Sender) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    after: str | None = None
    while True:
        page = {"limit": str(PAGE), **({"after": after} if after else {})}
        answer = await sender.pywa.api.get_templates(waba_id=line.waba_id, pagination=page)
        found.update({(each["name"], each["language"]): each["status"] for each in answer["data"]})
        paging = answer.get("paging") or {}
        if "next" not in paging:
            return found
        after = paging["cursors"]["after"]


def changes(found: list[TemplateState]) -> Iterator[str]:
    """One line a template, as the command prints it."""
    for each in found:
        yield f"{each.language:<6} {each.name:<22} {each.status.lower()}{'  (new)' if each.is_new else ''}"
