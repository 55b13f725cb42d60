"""Works on conversations: in order within each, side by side across them, on any number of processes.

Whoever holds a conversation's lease handles its messages one by one: run the engine, keep its state and what is to be
sent in one transaction, send, mark. Nothing is kept in memory that another process would miss: a process that dies
leaves a lease that ends, and the next one goes on from the rows.

The one window that no order of steps can close lies between Meta's acceptance of a message and our mark. Each message
carries its outbox id, which comes back in Meta's notices and marks it as well; only if we die in the window and the
notice does not arrive before the lease ends is a message sent again, the same text with the same reference.
"""

import asyncio
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec
import structlog
from msgspec.structs import replace

from bot.channels.meta import Heard, Told
from bot.conversation.driving import Answer, Refused, drive
from bot.conversation.flow import Query
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.state import State
from bot.conversation.turns import Meaning, Turn
from bot.delivery import Delivery
from bot.lines import LineAtWork, Lines
from bot.seal import Seal
from bot.store.records import Arrived, Claim, Outgoing
from bot.store.rows import MAX_ATTEMPTS, Rows
from shared.clock import Clock
from shared.i18n import Language
from shared.ids import new_id

log = structlog.get_logger(__name__)

SWEEP_S = 1.0
FORGET_EVERY = 3600  # sweeps
KEPT = timedelta(days=30)
_STATUSES = {"sent", "delivered", "read", "failed"}
_states = msgspec.json.Decoder(State)
_heards = msgspec.json.Decoder(Heard)


class Answering(Protocol):
    """Answers the queries of one conversation."""

    def of(self, line: LineAtWork, conversation_id: UUID, state: State, inbound: Inbound) -> Answer:
        """Answers for whoever wrote `inbound`. Raises Refused; anything else is tried again."""
        ...


class Dispatcher:
    """The bot's work, on one process of any number."""

    def __init__(
        self,
        *,
        rows: Rows,
        seal: Seal,
        lines: Lines,
        answering: Answering,
        delivery: Delivery,
        clock: Clock,
        lease: timedelta,
        concurrency: int,
        at: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._rows, self._seal, self._lines = rows, seal, lines
        self._answering, self._delivery, self._clock = answering, delivery, clock
        self._lease, self._concurrency, self._at = lease, concurrency, at
        self._tasks: set[asyncio.Task[None]] = set()

    async def hear(self, line: LineAtWork, heard: Heard) -> None:
        """Stores a message once, and begins to work on it where nobody does. Raises Unavailable: nothing is stored."""
        tenant = line.line.tenant
        conversation_id = self._seal.conversation_id(heard.phone_number_id, heard.address)
        body = self._sealed(heard, conversation_id)
        now = self._clock.now()
        lease = new_id() if len(self._tasks) < self._concurrency else None
        claim = await self._rows.accept(
            tenant,
            heard.phone_number_id,
            conversation_id,
            heard.inbound.event_id,
            body,
            lease=lease,
            now=now,
            until=now + self._lease,
        )
        self._at("accepted")
        if claim is not None:
            known = Arrived(event_id=heard.inbound.event_id, body=body, attempts=0) if claim.waiting == 1 else None
            self._spawn(claim, known)

    async def note(self, line: LineAtWork, told: Told) -> None:
        """Marks what Meta says of a message of ours; for one that an agent wrote the desk hears of it."""
        if told.tracker is None or told.status not in _STATUSES:
            return
        try:
            outgoing_id = UUID(told.tracker)
        except ValueError:
            return
        changed = await self._delivery.told(line, told, outgoing_id)
        if changed is not None:
            event_id = f"n:{outgoing_id}"
            await self.notice(line, changed, Inbound(kind=Kind.NUMBER_CHANGED, event_id=event_id, at=self._clock.now()))

    async def notice(self, line: LineAtWork, conversation_id: UUID, inbound: Inbound) -> None:
        """Puts news of the platform into a known conversation, as if they were a message. Raises Unavailable."""
        known = await self._rows.state_of(line.line.tenant, conversation_id)
        if known is None or known[1] is None:
            return
        state = _states.decode(self._seal.open(known[1], _place(conversation_id)))
        number = line.line.phone_number_id
        heard = Heard(
            phone_number_id=number, address=state.address, phone=state.phone, inbound=inbound, channel=state.channel
        )
        await self.hear(line, heard)

    def conversation_of(self, line: LineAtWork, address: str) -> UUID:
        """The conversation of an address with a line."""
        return self._seal.conversation_id(line.line.phone_number_id, address)

    async def sweep(self) -> int:
        """Takes up what nobody works on: left by a process that died, put off, or more than there was room for."""
        taken = 0
        for tenant in self._lines.tenants:
            room = self._concurrency - len(self._tasks)
            if room <= 0:
                break
            now = self._clock.now()
            claims = await self._rows.wake(tenant, new_id(), now, now + self._lease, limit=room)
            for claim in claims:
                self._spawn(claim, None)
            taken += len(claims)
        return taken

    async def run(self) -> None:
        """Sweeps until cancelled; a database that goes away is waited for."""
        for turn in itertools.count():
            try:
                await self.sweep()
                if turn % FORGET_EVERY == 0:
                    await self.forget()
            except Exception as failure:  # noqa: BLE001 -- whatever it was, the next sweep comes
                log.warning("sweep_failed", error_type=type(failure).__name__)
            await asyncio.sleep(SWEEP_S)

    async def forget(self) -> None:
        """Empties what was said long ago: the platform's thread keeps it, we need it no more."""
        for tenant in self._lines.tenants:
            await self._rows.forget(tenant, self._clock.now() - KEPT)

    async def idle(self) -> None:
        """Waits until what this process has begun is done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _spawn(self, claim: Claim, known: Arrived | None) -> None:
        task = asyncio.create_task(self._work(claim, known))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, claim: Claim, known: Arrived | None) -> None:
        line = self._lines.get(claim.line)
        if line is None:
            return
        try:
            await self._see_through(line, claim, known)
        except Exception as failure:  # noqa: BLE001 -- the lease ends, and the sweep takes it up again
            log.warning("conversation_failed", error_type=type(failure).__name__)

    async def _see_through(self, line: LineAtWork, claim: Claim, known: Arrived | None) -> None:
        state = self._opened(claim)
        sending = await self._rows.intended(claim) if claim.owed else []
        while True:
            for arrived in [known] if known is not None else await self._rows.waiting(claim):
                turned = await self._handle(line, claim, state, arrived)
                if turned is None:
                    return
                state, outgoing = turned
                sending.extend(outgoing)
            known = None
            sent = await self._delivery.send(line, claim, sending)
            self._at("sent")
            for each in sent:
                if each.has_another_owner:
                    event_id = f"n:{each.id}"
                    changed = Inbound(kind=Kind.NUMBER_CHANGED, event_id=event_id, at=self._clock.now())
                    await self.notice(line, claim.conversation_id, changed)
            now = self._clock.now()
            if await self._rows.settle(claim, sent, now=now, until=now + self._lease):
                return
            sending = []

    async def _handle(
        self, line: LineAtWork, claim: Claim, state: State | None, arrived: Arrived
    ) -> tuple[State, list[Outgoing]] | None:
        """Handles one message; none where it must wait, or somebody else has the conversation now."""
        heard = self._unsealed(arrived.body, claim.conversation_id)
        state = self._known(line, state, heard)
        try:
            turn = await self._turn(line, claim, state, heard.inbound)
        except Exception as failure:  # noqa: BLE001 -- counted, tried again, and in the end owned up to
            code = type(failure).__name__
            pause = timedelta(seconds=min(2**arrived.attempts, 60))
            if arrived.attempts + 1 < MAX_ATTEMPTS:
                log.warning("message_put_off", attempt=arrived.attempts + 1, error_type=code)
                await self._rows.failed(claim, arrived.event_id, code, again_at=self._clock.now() + pause)
                return None
            log.error("message_given_up", error_type=code)  # noqa: TRY400 -- a traceback may hold what people wrote
            turn = line.engine.apologise(state, heard.inbound.at)
        outgoing = self._delivery.compose(line, claim, turn, heard.inbound)
        if turn.state.link_id is not None and turn.state.link_id != state.link_id:
            await self._rows.know(claim.tenant, turn.state.link_id, claim.conversation_id, claim.line)
        self._at("turned")
        now = self._clock.now()
        kept = self._seal.seal(msgspec.json.encode(turn.state), _place(claim.conversation_id))
        if not await self._rows.handled(claim, arrived.event_id, kept, outgoing, now=now, until=now + self._lease):
            return None
        self._at("kept")
        return turn.state, outgoing

    async def _turn(self, line: LineAtWork, claim: Claim, state: State, inbound: Inbound) -> Turn:
        engine = line.engine
        answer = self._answers(line, claim, state, inbound)
        try:
            return await drive(engine.advance(state, inbound), answer, inbound.event_id)
        except Refused as refusal:
            log.info("query_refused", code=refusal.code)
            if refusal.needs_proof:
                state = replace(state, step_up=None)
            elif refusal.is_not_linked:
                state = replace(state, step_up=None, link_id=None)
            else:
                return engine.apologise(state, inbound.at)
        # The platform knows better than we remember: on its second run the engine asks for what is lacking.
        answer = self._answers(line, claim, state, inbound)
        return await drive(engine.advance(state, inbound), answer, f"{inbound.event_id}:again")

    def _answers(self, line: LineAtWork, claim: Claim, state: State, inbound: Inbound) -> Answer:
        """What a text means is found out here; everything else is the platform's to know."""
        ask = self._answering.of(line, claim.conversation_id, state, inbound)

        async def answer(query: Query[Any], key: str) -> Any:
            return await line.understand(query) if isinstance(query, Meaning) else await ask(query, key)

        return answer

    def _known(self, line: LineAtWork, state: State | None, heard: Heard) -> State:
        if state is None:
            state = State(
                address=heard.address,
                line=heard.phone_number_id,
                channel=heard.channel,
                language=Language.match(heard.language or line.line.language),
            )
        return replace(state, phone=heard.phone or state.phone)

    def _opened(self, claim: Claim) -> State | None:
        if claim.state is None:
            return None
        return _states.decode(self._seal.open(claim.state, _place(claim.conversation_id)))

    def _sealed(self, heard: Heard, conversation_id: UUID) -> bytes:
        return self._seal.seal(msgspec.json.encode(heard), f"inbox:{conversation_id}")

    def _unsealed(self, body: bytes, conversation_id: UUID) -> Heard:
        return _heards.decode(self._seal.open(body, f"inbox:{conversation_id}"))


def _place(conversation_id: UUID) -> str:
    return f"state:{conversation_id}"
