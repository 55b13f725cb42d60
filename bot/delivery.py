"""Brings what was said to where it belongs: what to send of a turn, and what became of each message that was tried."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

import msgspec
import structlog
from msgspec.structs import replace

from bot.channels.meta import Told
from bot.channels.outgoing import THREAD, WHATSAPP, Entry, Message, StatusNote, Story, Template, ThreadNote
from bot.channels.whatsapp import NotSent, Outcome, outcome_of
from bot.conversation.inbound import NOTICES, Inbound
from bot.conversation.state import State
from bot.conversation.turns import Turn
from bot.conversation.views import Copy, View
from bot.lines import LineAtWork
from bot.seal import Seal
from bot.store.records import Claim, Outgoing, Sent
from bot.store.rows import Rows
from bot.templates import BY_NAME, META_LANGUAGES, language_of, payload_of
from shared.api.conversations import MessageStatus
from shared.clock import Clock
from shared.i18n import Language
from shared.ids import new_id

log = structlog.get_logger(__name__)

TRIES = 8
UNKNOWN_S = 15  # how long Meta's notice of a message that may have been sent is waited for
_messages = msgspec.json.Decoder(Message)
_states = msgspec.json.Decoder(State)


class Outlet(Protocol):
    """Where one kind of outgoing thing goes."""

    async def deliver(self, line: LineAtWork, claim: Claim, outgoing: Outgoing, body: bytes) -> str:
        """Delivers; returns the other side's id of it. Raises NotSent."""
        ...


class ToWhatsApp:
    """Messages to people."""

    async def deliver(self, line: LineAtWork, claim: Claim, outgoing: Outgoing, body: bytes) -> str:
        """Sends; outside the window by the template that was given along for it. Raises NotSent."""
        del claim
        message = _messages.decode(body)
        try:
            return await line.sender.send(message.address, message.content, str(outgoing.id))
        except NotSent as refusal:
            if refusal.outcome is not Outcome.WINDOW_CLOSED or message.fallback is None:
                raise
        return await line.sender.send(message.address, message.fallback, str(outgoing.id))


class Delivery:
    """Sends for conversations whose lease somebody holds."""

    def __init__(self, rows: Rows, seal: Seal, clock: Clock, outlets: Mapping[str, Outlet]) -> None:
        self._rows, self._seal, self._clock, self._outlets = rows, seal, clock, outlets

    def compose(self, line: LineAtWork, claim: Claim, turn: Turn, inbound: Inbound) -> list[Outgoing]:
        """What is to be sent for `turn` in its order, and its story for the thread behind it."""
        fallback = _waiting(line, turn.state.language) if turn.about is not None else None
        said = [
            replace(
                self.sealed(
                    claim.conversation_id,
                    WHATSAPP,
                    Message(address=turn.state.address, content=view, fallback=fallback),
                ),
                about=turn.about,
            )
            for view in turn.views
        ]
        if THREAD not in self._outlets or not line.line.service_key or inbound.kind in NOTICES:
            return said
        return [*said, self.sealed(claim.conversation_id, THREAD, _story(turn, inbound, said))]

    def sealed(self, conversation_id: UUID, channel: str, body: Message | ThreadNote) -> Outgoing:
        """`body` as the outbox keeps it."""
        sealed = self._seal.seal(msgspec.json.encode(body), _place(conversation_id))
        return Outgoing(id=new_id(), channel=channel, body=sealed)

    async def send(
        self, line: LineAtWork, claim: Claim, outgoing: Sequence[Outgoing], *, at: Callable[[str], None]
    ) -> list[Sent]:
        """Sends in order; behind one that must wait, all of its channel wait. Returns what became of each tried."""
        done: list[Sent] = []
        waiting: set[str] = set()
        now = self._clock.now()
        for each in outgoing:
            if each.channel in waiting or (each.not_before is not None and each.not_before > now):
                waiting.add(each.channel)
                continue
            at("sending")
            result = await self._try(line, claim, each)
            done.append(result)
            if result.again_at is not None:
                waiting.add(each.channel)
        return done

    async def _try(self, line: LineAtWork, claim: Claim, outgoing: Outgoing) -> Sent:
        body = self._seal.open(outgoing.body, _place(claim.conversation_id))
        try:
            provider_id = await self._outlets[outgoing.channel].deliver(line, claim, outgoing, body)
        except NotSent as refusal:
            return self._judged(refusal, outgoing)
        return Sent(id=outgoing.id, provider_id=provider_id)

    def _judged(self, refusal: NotSent, outgoing: Outgoing) -> Sent:
        now = self._clock.now()
        log.info("message_not_sent", code=refusal.code, outcome=refusal.outcome.value, attempt=outgoing.attempts + 1)
        if refusal.outcome in {Outcome.AGAIN, Outcome.UNKNOWN} and outgoing.attempts + 1 < TRIES:
            return Sent(id=outgoing.id, again_at=_later(refusal, outgoing.attempts, now), error=str(refusal))
        return Sent(id=outgoing.id, error=str(refusal))

    async def told(self, line: LineAtWork, told: Told, outgoing_id: UUID) -> None:
        """Notes what Meta says of a message; for one that an agent wrote the desk is told as well."""
        tenant, now = line.line.tenant, self._clock.now()
        noted = await self._rows.note_status(
            tenant, outgoing_id, provider_id=told.message_id, status=told.status, now=now
        )
        if noted is None or noted.about is None or THREAD not in self._outlets:
            return
        note = StatusNote(
            message_id=noted.about,
            status=MessageStatus(told.status),
            provider_id=told.message_id,
            code=str(told.code) if told.code is not None else None,
        )
        outgoing = [self.sealed(noted.conversation_id, THREAD, note)]
        if told.status == "failed" and outcome_of(told.code) is Outcome.WINDOW_CLOSED:
            outgoing += await self._calling_back(line, noted.conversation_id, outgoing_id)
        await self._rows.intend(
            tenant, line.line.phone_number_id, noted.conversation_id, state=None, outgoing=outgoing, now=now
        )

    async def _calling_back(self, line: LineAtWork, conversation_id: UUID, outgoing_id: UUID) -> list[Outgoing]:
        """The template that says an answer waits, once for the message that came back."""
        kept = await self._rows.state_of(line.line.tenant, conversation_id)
        if kept is None or kept[1] is None:
            return []
        state = _states.decode(self._seal.open(kept[1], f"state:{conversation_id}"))
        message = Message(address=state.address, content=_waiting(line, state.language))
        return [replace(self.sealed(conversation_id, WHATSAPP, message), id=uuid5(outgoing_id, "waiting"))]


def _waiting(line: LineAtWork, language: Language) -> Template:
    """The template that opens the window again: a colleague has answered."""
    kind = BY_NAME["agent_reply_waiting"]
    code = META_LANGUAGES[language_of(language)]
    return Template(name=kind.name, language=code, values=(line.line.brand,), payloads=(payload_of(kind),))


def _story(turn: Turn, inbound: Inbound, said: Sequence[Outgoing]) -> Story:
    heard = Entry(
        external_id=inbound.event_id.removeprefix("m:"),
        text=inbound.text or _NAMELESS,
        is_ours=False,
        sent_at=inbound.at,
        media=inbound.media,
    )
    ours = (
        Entry(external_id=str(each.id), text=text_of(view), is_ours=True, sent_at=inbound.at)
        for each, view in zip(said, turn.views, strict=True)
    )
    state = turn.state
    alternate = state.phone if state.phone != state.address else None
    return Story(address=state.address, alternate=alternate, language=state.language.value, entries=(heard, *ours))


_NAMELESS = "[…]"


def text_of(view: View) -> str:
    """What a view says, for those who read it elsewhere: its words and what could be chosen."""
    if isinstance(view, Copy):
        return view.text
    options = [option.title for option in getattr(view, "options", ())]
    url = getattr(view, "url", "")
    return "\n".join(part for part in (view.text, " · ".join(options), url) if part)


def _place(conversation_id: UUID) -> str:
    return f"outbox:{conversation_id}"


def _later(refusal: NotSent, attempts: int, now: datetime) -> datetime:
    """When to try again: what Meta asks for, the wait for its notice, or 4^n seconds as it recommends."""
    backed_off = refusal.after_s or min(4**attempts, 900)
    return now + timedelta(seconds=UNKNOWN_S if refusal.outcome is Outcome.UNKNOWN else backed_off)
