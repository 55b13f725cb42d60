"""Runs a step's questions against whoever answers them."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.conversation.flow import Asking, Query

T = TypeVar("T")
Answer = Callable[[Query[Any], str], Awaitable[Any]]


class Refused(Exception):
    """The platform said no to a query, and no step knew what to do about it. `code` is the problem's stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def needs_proof(self) -> bool:
        """Whether the person has to show anew that it is them."""
        return self.code == "assurance_too_low"

    @property
    def is_not_linked(self) -> bool:
        """Whether the chat belongs to nobody, or no longer to whom it did."""
        return self.code in {"not_linked", "channel_link_not_found"}


async def drive(steps: Asking[T], answer: Answer, key: str) -> T:
    """What `steps` come to. Each query gets a key of its own below `key`, the same in every run for the same message.

    Raises what a query raises, after the steps had their chance to catch it.
    """
    count = 0
    try:
        query = next(steps)
        while True:
            count += 1
            try:
                found = await answer(query, f"{key}:{count}")
            except Refused as refusal:
                query = steps.throw(refusal)
            else:
                query = steps.send(found)
    except StopIteration as end:
        result: T = end.value
        return result
