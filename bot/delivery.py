"""Brings what was said to where it belongs: what to send of a turn, and what became of each message that was tried."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

import msgspec
import structlog
from msgspec.structs import replace

from bot.channels.meta import Told
from bot.channels.outgoing import THREAD, WHATSAPP, Entry, Message, StatusNote, Story, Template, ThreadNote
from bot.channels.whatsapp import NotSent, Outcome, outcome_of
from bot.conversation.inbound import NOTICES, Inbound, Kind
from bot.conversation.turns import Turn
from bot.conversation.views import Copy, Option, Say, View
from bot.lines import LineAtWork
from bot.seal import Seal
from bot.store.records import Claim, Noted, Outgoing, Sent
from bot.store.rows import Rows
from bot.templates import BY_NAME, DOMAIN, META_LANGUAGES, button_of, language_of, payload_of
from shared.api.channels import ChatChannel
from shared.api.conversations import MessageStatus
from shared.clock import Clock
from shared.i18n import Language, localizer
from shared.ids import new_id

log = structlog.get_logger(__name__)

TRIES = 8
GIVEN_UP = "given_up"
UNKNOWN_S = 15  # how long Meta's notice of a message that may have been sent is waited for
_messages = msgspec.json.Decoder(Message)


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

    def __init__(
        self,
        rows: Rows,
        seal: Seal,
        clock: Clock,
        outlets: Mapping[str, Outlet],
        *,
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._rows, self._seal, self._clock, self._outlets, self._at = rows, seal, clock, outlets, at

    def compose(self, line: LineAtWork, claim: Claim, turn: Turn, inbound: Inbound) -> list[Outgoing]:
        """What is to be sent for `turn` in its order, and its story for the thread behind it."""
        if turn.refusal and turn.about is not None:
            if THREAD not in self._outlets:
                return []
            note = StatusNote(message_id=turn.about, status=MessageStatus.FAILED, code=turn.refusal)
            return [self.sealed(claim.conversation_id, THREAD, note)]
        fallback = _fallback(line, turn, inbound)
        said = [
            replace(
                self.sealed(
                    claim.conversation_id,
                    turn.state.channel.value,
                    Message(address=turn.state.address, content=view, fallback=fallback, until=inbound.until),
                ),
                about=turn.about,
            )
            for view in _shown(turn, inbound)
        ]
        if turn.state.channel is ChatChannel.IN_APP:
            return said  # the app's chat is the thread
        if THREAD not in self._outlets or not line.line.service_key or inbound.kind in NOTICES:
            return said
        return [*said, self.sealed(claim.conversation_id, THREAD, _story(turn, inbound, said))]

    def sealed(self, conversation_id: UUID, channel: str, body: Message | ThreadNote) -> Outgoing:
        """`body` as the outbox keeps it."""
        sealed = self._seal.seal(msgspec.json.encode(body), _place(conversation_id))
        return Outgoing(id=new_id(), channel=channel, body=sealed)

    async def send(self, line: LineAtWork, claim: Claim, outgoing: Sequence[Outgoing]) -> list[Sent]:
        """Sends in order; behind one that must wait, all of its channel wait. Returns what became of each tried."""
        done: list[Sent] = []
        waiting: set[str] = set()
        now = self._clock.now()
        for each in outgoing:
            if each.channel in waiting or (each.not_before is not None and each.not_before > now):
                waiting.add(each.channel)
                continue
            self._at("sending")
            result = await self._try(line, claim, each)
            if result.error is not None and result.again_at is None:
                await self._give_up(claim, each, result.error)
                self._at("given up")
            done.append(result)
            if result.again_at is not None:
                waiting.add(each.channel)
        return done

    async def _try(self, line: LineAtWork, claim: Claim, outgoing: Outgoing) -> Sent:
        body = self._seal.open(outgoing.body, _place(claim.conversation_id))
        if outgoing.about is not None and outgoing.channel != THREAD:
            if await self._rows.is_intended(claim.tenant, _given_up(outgoing)):
                return Sent(id=outgoing.id, error=GIVEN_UP)  # the platform was told so, and sends it another way
            if _is_too_late(body, self._clock.now()):
                return self._judged(NotSent(Outcome.TOO_LATE), outgoing)
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
        return Sent(
            id=outgoing.id,
            error=refusal.outcome.value,
            has_another_owner=refusal.outcome is Outcome.NUMBER_CHANGED,
        )

    async def _give_up(self, claim: Claim, outgoing: Outgoing, why: str) -> None:
        """Tells the platform of a message that somebody else wrote and that nothing more is done for."""
        if outgoing.about is None or outgoing.channel == THREAD or THREAD not in self._outlets:
            return
        note = StatusNote(message_id=outgoing.about, status=MessageStatus.FAILED, code=why)
        told = replace(self.sealed(claim.conversation_id, THREAD, note), id=_given_up(outgoing))
        await self._rows.intend(
            claim.tenant, claim.line, claim.conversation_id, state=None, outgoing=[told], now=self._clock.now()
        )

    async def told(self, line: LineAtWork, told: Told, outgoing_id: UUID) -> UUID | None:
        """Notes what Meta says of a message; for one that somebody else wrote the platform is told as well.

        Returns the conversation where it says that the number has another owner.
        """
        tenant, now = line.line.tenant, self._clock.now()
        noted = await self._rows.note_status(
            tenant, outgoing_id, provider_id=told.message_id, status=told.status, now=now
        )
        self._at("noted")
        if noted is None:
            return None
        outcome = outcome_of(told.code) if told.status == "failed" else None
        if noted.about is not None and THREAD in self._outlets:
            outgoing = self._news(noted, told, outcome, outgoing_id, noted.about)
            number = line.line.phone_number_id
            await self._rows.intend(tenant, number, noted.conversation_id, state=None, outgoing=outgoing, now=now)
            self._at("passed on")
        return noted.conversation_id if outcome is Outcome.NUMBER_CHANGED else None

    def _news(
        self, noted: Noted, told: Told, outcome: Outcome | None, outgoing_id: UUID, about: UUID
    ) -> list[Outgoing]:
        """What the platform is told; and outside the window the template, once for the message that came back."""
        message = self._message(noted)
        is_nudge = message is not None and message.until is not None
        again: list[Outgoing] = []
        if outcome is Outcome.WINDOW_CLOSED and message is not None and message.fallback is not None:
            calling = Message(address=message.address, content=message.fallback, until=message.until)
            sealed = self.sealed(noted.conversation_id, WHATSAPP, calling)
            again = [replace(sealed, id=uuid5(outgoing_id, "waiting"), about=about if is_nudge else None)]
            if is_nudge:
                return again
        code = str(told.code) if told.code is not None else None
        if is_nudge and outcome is not None:
            code = outcome.value
        note = StatusNote(message_id=about, status=MessageStatus(told.status), provider_id=told.message_id, code=code)
        told_once = replace(
            self.sealed(noted.conversation_id, THREAD, note), id=uuid5(outgoing_id, f"told {told.status}")
        )
        return [told_once, *again]

    def _message(self, noted: Noted) -> Message | None:
        if noted.body is None:
            return None
        return _messages.decode(self._seal.open(noted.body, _place(noted.conversation_id)))


def _given_up(outgoing: Outgoing) -> UUID:
    """The id of what tells the platform that nothing more is done for a message."""
    return uuid5(outgoing.id, "failed")


def _is_too_late(body: bytes, now: datetime) -> bool:
    until = _messages.decode(body).until
    return until is not None and now > until


def _shown(turn: Turn, inbound: Inbound) -> tuple[View, ...]:
    """The views of a turn; a nudge gets the button of its template."""
    if inbound.kind is not Kind.NUDGE:
        return turn.views
    kind = BY_NAME[inbound.template]
    option = Option(key=payload_of(kind), title=button_of(kind, turn.state.language))
    return tuple(replace(view, options=(option,)) if isinstance(view, Say) else view for view in turn.views)


def _fallback(line: LineAtWork, turn: Turn, inbound: Inbound) -> Template | None:
    """What goes out instead where the window is closed: for somebody else's words only."""
    if turn.about is None:
        return None
    if inbound.kind is not Kind.NUDGE:
        return _waiting(line, turn.state.language)
    kind = BY_NAME[inbound.template]
    words = localizer(language_of(turn.state.language), DOMAIN)
    given = {"brand": line.line.brand, **inbound.values}
    values = tuple(
        words.date(date.fromisoformat(given[name])) if name == "date" else given[name] for name, _ in kind.values
    )
    code = META_LANGUAGES[language_of(turn.state.language)]
    return Template(name=kind.name, language=code, values=values, payloads=(payload_of(kind),))


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
