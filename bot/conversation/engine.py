"""Advances a conversation by one message. Pure: what it must know it asks, what it says it returns.

At every step: STOP and START, a person, menu, back, help, language and lock, in every language; a button of an earlier
turn is refused; fifteen silent minutes end a flow; two answers in a row that nobody understood bring the offer of a
person; and whoever has been handed to a person hears nothing of the bot until they are given back.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from bot.conversation import prompts
from bot.conversation.flow import Asking, Begin, Context, Done, Flow, Go, Level, Move, Stay, Unclear, ask
from bot.conversation.inbound import NOTICES, Inbound, Kind
from bot.conversation.payloads import durable, option_of, rating_in, stamped
from bot.conversation.remembering import as_answer, changed, has_another_owner, refreshed
from bot.conversation.state import TRAIL, Owner, Place, State, StepUp
from bot.conversation.turns import Meaning, Turn
from bot.conversation.views import Say, View
from bot.queries import BackToBot, EndLink, Identity
from bot.understanding.words import Word, word_in
from shared.api.channels import ChatChannel
from shared.api.nudges import NudgeFailure
from shared.i18n import Language, Localizer

MOVES = 12  # in one turn; a flow that needs more goes in circles
MISSES = 2
HELD = 5
_LINK_CODE = re.compile(r"\s*[A-Za-z0-9]{4}-[A-Za-z0-9]{4}\s*")  # as the app shows it, and may write it for the person


@dataclass(frozen=True, slots=True)
class Engine:
    """The flows, and what they speak with."""

    flows: Mapping[str, Flow]
    speak: Callable[[Language], Localizer]
    brand: str
    app_url: str
    zone_of: Callable[[str | None], str]  # the IANA zone of whoever has this phone number
    _by_word: Mapping[Word, str] = field(
        default_factory=lambda: {
            Word.STOP: "stop",
            Word.START: "start",
            Word.AGENT: "human",
            Word.MENU: "menu",
            Word.LANGUAGE: "language",
            Word.HELP: "help",
            Word.LOCK: "lock",
        }
    )

    def advance(self, state: State, inbound: Inbound) -> Asking[Turn]:
        """The turn that `inbound` makes. Raises what a query is refused with, unless a flow has an answer to it."""
        if inbound.kind in NOTICES or (inbound.choice == durable("waiting") and state.held):
            return (yield from self._notice(state, inbound))
        inbound = as_answer(state, inbound)
        state = replace(refreshed(state, inbound, self.flows), held=(), rating=None)
        if has_another_owner(state, inbound):
            return (yield from self._start_over(state, inbound))
        state = replace(state, identity_key=inbound.identity_key or state.identity_key)
        word = word_in(inbound.text) if inbound.kind is Kind.TEXT else None
        if state.owner is Owner.PERSON:
            return (yield from self._while_with_person(state, inbound, word))
        if word is Word.BACK:
            return (yield from self._back(state, inbound.at))
        if word is not None and word in self._by_word:
            return (yield from self._begin(state, Begin(self._by_word[word]), inbound.at))
        return (yield from (self._choose if inbound.kind is Kind.CHOICE else self._hear)(state, inbound))

    def _notice(self, state: State, inbound: Inbound) -> Asking[Turn]:
        """Something that the person did not write here, and their tap that brings what was held for them."""
        yield from ()
        if inbound.kind is Kind.NUDGE:
            return self._nudge(state, inbound)
        match inbound.kind:
            case Kind.CHOICE:
                return Turn(state=replace(state, held=()), views=tuple(Say(text=text) for text in state.held))
            case Kind.AGENT_SAID:
                held = (*state.held, inbound.text)[-HELD:]
                return Turn(state=replace(state, held=held), views=(Say(text=inbound.text),), about=inbound.about)
            case Kind.TAKEN:
                state = replace(state, owner=Owner.PERSON, place=None, trail=(), misses=0)
            case Kind.RETURNED if state.owner is Owner.PERSON or inbound.about is not None:
                return self._returned(state, inbound)
            case Kind.UNLINKED:
                state = replace(state, link_id=None, step_up=None, place=None, trail=())
            case Kind.PROVEN:
                return (yield from self._proven(state, inbound.at))
        return Turn(state=state)

    def _returned(self, state: State, inbound: Inbound) -> Turn:
        """The bot answers again, and says so where that may be sent; what is not asked now is never asked."""
        state = replace(state, owner=Owner.BOT, place=None, trail=(), misses=0)
        if not state.may_be_written_to(inbound.at):
            return Turn(state=state)
        state = replace(state, rating=inbound.about)
        return self._say(state, prompts.returned(self._context(state, inbound.at), inbound.about))

    def _nudge(self, state: State, inbound: Inbound) -> Turn:
        """What the platform has to tell, beside whatever is being talked about: no question of ours is touched."""
        if state.stopped or state.link_id is None:
            why = NudgeFailure.STOPPED if state.stopped else NudgeFailure.UNKNOWN_CHAT
            return Turn(state=state, about=inbound.about, refusal=why)
        return Turn(state=state, views=(Say(text=inbound.text),), about=inbound.about)

    def _proven(self, state: State, now: datetime) -> Asking[Turn]:
        """Goes on with the errand that the person was asked to prove themselves for."""
        place = state.place
        state = replace(state, step_up=StepUp(at=now, used_at=now))
        if state.owner is Owner.PERSON or place is None or place.flow != "step_up":
            return Turn(state=state)
        return (yield from self._begin(state, Begin(place.data.get("then", "menu")), now))

    def _start_over(self, state: State, inbound: Inbound) -> Asking[Turn]:
        """Forgets whose chat this was, here and at the platform."""
        if state.link_id is not None:
            yield from ask(EndLink())
        fresh = replace(
            state,
            step_up=None,
            link_id=None,
            place=None,
            trail=(),
            owner=Owner.BOT,
            name="",
            identity_key=inbound.identity_key,
        )
        return self._say(fresh, prompts.number_changed(self._context(fresh, inbound.at)))

    def apologise(self, state: State, now: datetime) -> Turn:
        """What is said when something broke on our side and trying again did not help."""
        return self._say(replace(state, place=None, trail=()), prompts.failed(self._context(state, now)))

    def _while_with_person(self, state: State, inbound: Inbound, word: Word | None) -> Asking[Turn]:
        if word is Word.BOT or (inbound.kind is Kind.CHOICE and option_of(inbound.choice, state.turn) == "go:bot"):
            yield from ask(BackToBot())
            state = replace(state, owner=Owner.BOT, place=None, trail=(), misses=0)
            return (yield from self._begin(state, Begin("menu"), inbound.at))
        if word in {Word.STOP, Word.START}:
            return (yield from self._begin(state, Begin(self._by_word[word]), inbound.at))
        return Turn(state=state)

    def _choose(self, state: State, inbound: Inbound) -> Asking[Turn]:
        if (answered := rating_in(inbound.choice)) is not None:
            given = {"question": str(answered[0]), "score": str(answered[1])}
            return (yield from self._begin(state, Begin("rating", given), inbound.at))
        key = option_of(inbound.choice, state.turn)
        if key is None:
            words = prompts.stale(self._context(state, inbound.at))
            return (yield from self._prompt_again(state, inbound.at, words))
        if key.startswith("go:"):
            name = key.removeprefix("go:")
            return (yield from self._begin(state, Begin(name if name in self.flows else "menu"), inbound.at))
        return (yield from self._take(state, replace(inbound, choice=key)))

    def _hear(self, state: State, inbound: Inbound) -> Asking[Turn]:
        if state.link_id is None and _LINK_CODE.fullmatch(inbound.text):
            code = {"code": inbound.text.strip().upper()}
            return (yield from self._begin(state, Begin("link", code, at="code"), inbound.at))
        if state.place is not None:
            return (yield from self._take(state, inbound))
        return (yield from self._guess(state, inbound))

    def _take(self, state: State, inbound: Inbound) -> Asking[Turn]:
        place = state.place
        if place is None:
            return (yield from self._guess(state, inbound))
        step = self.flows[place.flow].steps[place.step]
        move = yield from step.take(self._context(state, inbound.at, place.data), inbound)
        if isinstance(move, Unclear):
            return (yield from self._guess(state, inbound))
        return (yield from self._move(replace(state, misses=0), move, inbound.at))

    def _guess(self, state: State, inbound: Inbound) -> Asking[Turn]:
        found = None
        if inbound.kind is Kind.TEXT and inbound.text:
            found = yield from ask(Meaning(inbound.text, state.language, state.name))
        if found is not None and found.flow in self.flows:
            return (yield from self._begin(replace(state, misses=0), Begin(found.flow), inbound.at))
        state = replace(state, misses=state.misses + 1)
        ctx = self._context(state, inbound.at)
        if state.misses >= MISSES:
            return self._say(replace(state, misses=0), prompts.offer_person(ctx))
        if not state.greeted:
            return (yield from self._begin(replace(state, misses=0), Begin("menu"), inbound.at))
        return (yield from self._prompt_again(state, inbound.at, prompts.unclear(ctx, inbound.kind)))

    def _back(self, state: State, now: datetime) -> Asking[Turn]:
        if not state.trail:
            return (yield from self._begin(state, Begin("menu"), now))
        *trail, place = state.trail
        state = replace(state, trail=tuple(trail), place=place, misses=0)
        return (yield from self._prompt_again(state, now))

    def _prompt_again(self, state: State, now: datetime, words: str = "") -> Asking[Turn]:
        """The present question once more, after `words`."""
        place = state.place
        if place is None:
            return self._say(state, prompts.alone(self._context(state, now), words))
        return (yield from self._enter(state, place, now, (Say(text=words),) if words else ()))

    def _begin(self, state: State, begin: Begin, now: datetime) -> Asking[Turn]:
        flow = self.flows[begin.flow]
        if flow.level > Level.ANYONE:
            gate = yield from self._gate(state, flow)
            if isinstance(gate, Begin):
                return (yield from self._begin(state, dataclasses.replace(gate, words=begin.words), now))
            state = gate
        place = Place(flow=flow.name, step=begin.at or flow.first, version=flow.version, data=dict(begin.data))
        return (yield from self._enter(replace(state, trail=(), misses=0), place, now, begin.words))

    def _gate(self, state: State, flow: Flow) -> Asking["State | Begin"]:
        """Lets in who is known well enough for `flow`, and leads everyone else to what they lack."""
        if state.link_id is None:
            link_id = yield from ask(Identity())
            if link_id is None:
                return Begin("link", {"then": flow.name})
            state = replace(state, link_id=link_id)
        signed_in = state.channel is ChatChannel.IN_APP  # and so each word of theirs confirms who they are
        if flow.level is Level.STEPPED_UP and state.step_up is None and not signed_in:
            return Begin("step_up", {"then": flow.name})
        return state

    def _move(self, state: State, move: Move, now: datetime, *, moves: int = 0, asked: bool = True) -> Asking[Turn]:
        """Makes a move of a step; one that was not `asked` leaves no question to come back to."""
        assert moves < MOVES, "a flow that goes in circles"
        place = state.place
        match move:
            case Go(step=step, data=data):
                assert place is not None, "only a flow's step goes on to another of its steps"
                after = replace(place, step=step, data={**place.data, **data})
                trail = (*state.trail, place)[-TRAIL:] if asked else state.trail
                return (yield from self._enter(replace(state, trail=trail), after, now, (), moves=moves + 1))
            case Begin(change=change):
                return (yield from self._begin(changed(state, change, now), move, now))
            case Stay(views=views):
                assert place is not None, "only a flow's step stays"
                return (yield from self._enter(state, place, now, views, moves=moves + 1))
            case Done(views=views, change=change):
                return self._say(replace(changed(state, change, now), place=None, trail=()), views)
            case Unclear():
                return (
                    yield from self._prompt_again(state, now, prompts.unclear(self._context(state, now), Kind.TEXT))
                )

    def _enter(
        self, state: State, place: Place, now: datetime, words: tuple[View, ...], *, moves: int = 0
    ) -> Asking[Turn]:
        state = replace(state, place=place)
        step = self.flows[place.flow].steps[place.step]
        said = yield from step.prompt(self._context(state, now, place.data))
        if isinstance(said, tuple):
            return self._say(state, (*words, *said))
        turn = yield from self._move(state, said, now, moves=moves, asked=False)
        return Turn(state=turn.state, views=(*words, *turn.views))

    def _say(self, state: State, views: tuple[View, ...]) -> Turn:
        turn = state.turn + 1
        return Turn(state=replace(state, turn=turn, greeted=True), views=tuple(stamped(view, turn) for view in views))

    def _context(self, state: State, now: datetime, data: Mapping[str, str] | None = None) -> Context:
        return Context(
            state=state,
            now=now,
            speak=self.speak,
            brand=self.brand,
            app_url=self.app_url,
            time_zone=self.zone_of(state.phone),
            data=data or {},
        )
