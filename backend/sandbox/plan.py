"""What will happen to something accepted, decided when it is accepted: a restart can neither lose nor repeat a step."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self

from msgspec import Struct


class Step(Struct, frozen=True, kw_only=True):
    """A status and when it begins."""

    at: datetime
    status: str
    reason: str | None = None


class Plan(Struct, frozen=True, kw_only=True):
    """Steps in the order of time; the first one is there from the beginning."""

    steps: tuple[Step, ...]

    @classmethod
    def of(cls, *steps: tuple[datetime, str] | tuple[datetime, str, str]) -> Self:
        """A plan from `(at, status)` or `(at, status, reason)`."""
        assert steps, "a plan has a beginning"
        made = tuple(Step(at=at, status=status, reason=rest[0] if rest else None) for at, status, *rest in steps)
        assert all(a.at <= b.at for a, b in pairwise(made)), "steps come in the order of time"
        return cls(steps=made)

    def status(self, now: datetime) -> Step:
        """The step that holds at `now`."""
        return next((step for step in reversed(self.steps) if step.at <= now), self.steps[0])

    def then(self, at: datetime, status: str) -> Self:
        """The plan cut off at `at`, where `status` begins instead of what was to come."""
        kept = tuple(step for step in self.steps if step.at < at)
        return type(self)(steps=(*kept, Step(at=at, status=status)))


def after(now: datetime, *pauses: timedelta) -> list[datetime]:
    """The instants that follow `now` with these pauses in between."""
    instants: list[datetime] = []
    for pause in pauses:
        now += pause
        instants.append(now)
    return instants
