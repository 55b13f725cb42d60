"""Something that changes the platform: once at a time, and safe to repeat until its answer is known."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import flet as ft

from app.stores.problem import FAILURES, Problem
from shared.ids import new_id

T = TypeVar("T")


class Action(ft.Observable):
    """One button's work. While `busy` it can't begin again; `problem` is what the last try ended in."""

    def __init__(self, on_problem: Callable[[Problem], None] = lambda _: None) -> None:
        self._keys: dict[object, str] = {}
        self._on_problem = on_problem
        self.busy = False
        self.problem: Problem | None = None

    def key(self, request: object) -> str:
        """The idempotency key of `request`, the same for each try until one of them is answered."""
        return self._keys.setdefault(request, str(new_id()))

    async def run(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """The result of `work`, or None when it is running already or ends in a problem."""
        if self.busy:
            return None
        self.busy, self.problem = True, None
        try:
            result = await work()
        except FAILURES as error:
            self.fail(Problem.of(error))
            return None
        finally:
            self.busy = False
        self._keys.clear()
        return result

    def fail(self, problem: Problem) -> None:
        """Shows `problem` with the button. Only where the outcome is unknown the keys are kept for the next try."""
        if problem.is_settled:
            self._keys.clear()
        self.problem = problem
        self._on_problem(problem)

    def clear(self) -> None:
        """Forgets the last problem, as when the borrower changes what it was about."""
        self.problem = None
