"""What a message or a move changes about what is remembered of a conversation."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from msgspec import UNSET
from msgspec.structs import replace

from bot.conversation.flow import Change, Flow
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.payloads import NOT_NOW, rating
from bot.conversation.state import State, StepUp
from bot.understanding.words import Word, word_in

_BEST = 5


def refreshed(state: State, inbound: Inbound, flows: Mapping[str, Flow]) -> State:
    """The state as it is once somebody wrote: what was left alone for too long is over."""
    now = inbound.at
    if state.place is not None:
        flow = flows.get(state.place.flow)
        if state.is_timed_out(now) or flow is None or flow.version != state.place.version:
            state = replace(state, place=None, trail=(), misses=0)
    if state.step_up is not None:
        kept = replace(state.step_up, used_at=now) if state.step_up.holds(now) else None
        state = replace(state, step_up=kept)
    name = inbound.name or state.name
    latest = now if state.last_inbound_at is None else max(now, state.last_inbound_at)
    return replace(state, name=name, last_inbound_at=latest)


def as_answer(state: State, inbound: Inbound) -> Inbound:
    """A figure or "not now" typed right after the question of how we helped is the tap that it stands for."""
    if state.rating is None or inbound.kind is not Kind.TEXT:
        return inbound
    typed = inbound.text.strip()
    score = unicodedata.digit(typed, 0) if len(typed) == 1 else 0
    if word_in(typed) is Word.LATER:
        return replace(inbound, kind=Kind.CHOICE, choice=rating(state.rating, NOT_NOW))
    return replace(inbound, kind=Kind.CHOICE, choice=rating(state.rating, score)) if 1 <= score <= _BEST else inbound


def has_another_owner(state: State, inbound: Inbound) -> bool:
    """Whether the number, or the phone behind it, may be somebody else's now."""
    key = inbound.identity_key
    changed = key is not None and state.identity_key is not None and key != state.identity_key
    return changed or inbound.kind is Kind.NUMBER_CHANGED


def changed(state: State, change: Change, now: datetime) -> State:
    """The state with what a move changes about it."""
    if change.language is not UNSET:
        state = replace(state, language=change.language, language_chosen=True)
    if change.owner is not UNSET:
        state = replace(state, owner=change.owner)
    if change.link_id is not UNSET:
        state = replace(state, link_id=change.link_id)
    if change.is_proven is not UNSET:
        state = replace(state, step_up=StepUp(at=now, used_at=now) if change.is_proven else None)
    if change.has_stopped is not UNSET:
        state = replace(state, stopped=change.has_stopped)
    return state
