"""The one type of state that every screen is in."""

from dataclasses import dataclass, field
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
    """Read at `at`."""

    value: T
    at: datetime


@dataclass(frozen=True, slots=True)
class Empty(Generic[T]):
    """There is nothing of the kind; how that was read, and when, counts only for who joins it with something else."""

    value: T | None = field(default=None, compare=False)
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """The platform said no."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class Offline(Generic[T]):
    """The platform can't be reached; what was read before, at `at`, if anything was."""

    value: T | None = None
    at: datetime | None = None


ViewState = Loading | Ready[T] | Empty[T] | Failed | Offline[T]
