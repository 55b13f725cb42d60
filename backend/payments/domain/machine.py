"""A state machine as a table that can be read, checked and shown."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from backend.payments.domain.errors import StateForbids

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class Machine(Struct, Generic[S, E], frozen=True):
    """States, events, and where each event leads. What the table does not name can't happen."""

    name: str
    start: S
    table: Mapping[tuple[S, E], S]

    def after(self, state: S, event: E) -> S:
        """The state that `event` leads to. Raises StateForbids."""
        following = self.table.get((state, event))
        if following is None:
            raise StateForbids(thing=self.name, state=state.value, event=event.value)
        return following

    def allows(self, state: S, event: E) -> bool:
        """Whether `event` can happen in `state`."""
        return (state, event) in self.table

    def is_final(self, state: S) -> bool:
        """Whether nothing can happen any more."""
        return all(source is not state for source, _ in self.table)
