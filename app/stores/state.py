"""The one type of state that every screen is in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from app.stores.problem import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Loading:
    """Nothing to show yet. `slow` once it takes longer than people wait without a word."""

    slow: bool = False


@dataclass(frozen=True, slots=True)
class Ready(Generic[T]):
    """As it was at `at`, when it was asked for."""

    value: T
    at: datetime


@dataclass(frozen=True, slots=True)
class Empty(Generic[T]):
    """There is nothing of the kind, as of `at`; `value` is how that was said."""

    value: T
    at: datetime


@dataclass(frozen=True, slots=True)
class Failed(Generic[T]):
    """The platform said no; what was read before, if anything was and it may still be so."""

    problem: Problem
    before: Ready[T] | Empty[T] | None = None


@dataclass(frozen=True, slots=True)
class Offline(Generic[T]):
    """The platform can't be reached; what was read before, if anything was."""

    before: Ready[T] | Empty[T] | None = None


ViewState = Loading | Ready[T] | Empty[T] | Failed[T] | Offline[T]


def known(state: ViewState[T]) -> Ready[T] | Empty[T] | None:
    """What was read last, and when, whether or not it can be read again at present."""
    match state:
        case Ready() | Empty():
            return state
        case Failed(before=before) | Offline(before=before):
            return before
        case Loading():
            return None
