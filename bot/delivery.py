"""Brings what was said to where it belongs: what to send of a turn, and what became of each message that was tried."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from bot.channels.meta import Told
from bot.channels.outgoing import Message, Template
from bot.channels.whatsapp import NotSent, Outcome, outcome_of
from bot.conversation.engine import Turn
from bot.conversation.inbound import Inbound
from bot.conversation.views import View
from bot.lines import LineAtWork
from bot.seal import Seal
from bot.store.records import Claim, Outgoing, Sent
from bot.store.rows import Rows
from shared.clock import Clock
from shared.ids import new_id

log = structlog.get_logger(__name__)

WHATSAPP = "whatsapp"
TRIES = 8
UNKNOWN_S = 15  # how long Meta's notice of a message that may have been sent is waited for
_messages = msgspec.json.Decoder(Message)


class Delivery:
    """Sends for conversations whose lease somebody holds."""

    def __init__(self, rows: Rows, seal: Seal, clock: Clock) -> None:
        self._rows, self._seal, self._clock = rows, seal, clock

    def compose(self, line: LineAtWork, claim: Claim, turn: Turn, inbound: Inbound) -> list[Outgoing]:
        """What is to be sent for `turn`, in its order."""
        del inbound
        return [
            self.sealed(claim.conversation_id, WHATSAPP, _message(line, turn.state.address, view))
            for view in turn.views
        ]

    def sealed(self, conversation_id: UUID, channel: str, message: Message, id_: UUID | None = None) -> Outgoing:
        """`message` as the outbox keeps it."""
        body = self._seal.seal(msgspec.json.encode(message), f"outbox:{conversation_id}")
        return Outgoing(id=id_ or new_id(), channel=channel, body=body)

    async def send(
        self, line: LineAtWork, claim: Claim, outgoing: Sequence[Outgoing], *, at: Callable[[str], None]
    ) -> list[Sent]:
        """Sends in order; behind one that must wait, all wait. Returns what became of each that was tried."""
        done: list[Sent] = []
        for each in outgoing:
            if each.not_before is not None and each.not_before > self._clock.now():
                break
            at("sending")
            message = _messages.decode(self._seal.open(each.body, f"outbox:{claim.conversation_id}"))
            result = await self._try(line, message, each)
            done.append(result)
            if result.again_at is not None:
                break
        return done

    async def _try(self, line: LineAtWork, message: Message, outgoing: Outgoing) -> Sent:
        content: View | Template = message.content
        try:
            return Sent(id=outgoing.id, provider_id=await line.sender.send(message.address, content, str(outgoing.id)))
        except NotSent as refusal:
            if refusal.outcome is Outcome.WINDOW_CLOSED and message.fallback is not None:
                return await self._try(
                    line, msgspec.structs.replace(message, content=message.fallback, fallback=None), outgoing
                )
            return self._judged(refusal, outgoing)

    def _judged(self, refusal: NotSent, outgoing: Outgoing) -> Sent:
        now = self._clock.now()
        log.info("message_not_sent", code=refusal.code, outcome=refusal.outcome.value, attempt=outgoing.attempts + 1)
        if refusal.outcome in {Outcome.AGAIN, Outcome.UNKNOWN} and outgoing.attempts + 1 < TRIES:
            return Sent(id=outgoing.id, again_at=_later(refusal, outgoing.attempts, now), error=str(refusal))
        return Sent(id=outgoing.id, error=str(refusal))

    async def came_back(self, line: LineAtWork, told: Told, outgoing_id: UUID) -> None:
        """A message that Meta accepted and then did not deliver."""
        del line, outgoing_id
        log.info("message_came_back", code=told.code, outcome=outcome_of(told.code).value)


def _message(line: LineAtWork, address: str, view: View) -> Message:
    return Message(line=line.line.phone_number_id, address=address, content=view)


def _later(refusal: NotSent, attempts: int, now: datetime) -> datetime:
    """When to try again: what Meta asks for, the wait for its notice, or 4^n seconds as it recommends."""
    backed_off = refusal.after_s or min(4**attempts, 900)
    return now + timedelta(seconds=UNKNOWN_S if refusal.outcome is Outcome.UNKNOWN else backed_off)
