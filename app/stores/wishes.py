"""What one wants to hear of, as it is ticked: shown at once, handed on in order, and none lost on the way."""

import asyncio

import flet as ft
from msgspec.structs import replace

from app.stores import reads
from app.stores.root import Store
from shared.api.notifications import Channel, PreferencesIn, PreferencesOut, Topic


class Wishes(ft.Observable):
    """Observable; one for each visit. `wanted` is what was ticked and is not confirmed yet."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = asyncio.Lock()
        self.action = store.action()
        self.wanted: PreferencesOut | None = None

    def over(self, found: PreferencesOut) -> PreferencesOut:
        """What shows: what is wanted, before what was read."""
        return self.wanted or found

    async def want(self, topic: Topic, channel: Channel, yes: bool) -> None:
        """Ticks or unticks one box. What is ticked while an answer is on its way goes after it, all at once."""
        query = reads.preferences(self._store)
        before = self.wanted or query.value
        if before is None:
            return
        self.action.clear()
        self.wanted = wanted = changed(before, topic, channel, yes=yes)
        async with self._turn:
            if self.wanted is not wanted:
                return  # a later tick holds this one, and has its own turn
            body = PreferencesIn(reminder=wanted.reminder, marketing=wanted.marketing, push=wanted.push)
            answer = await self.action.run(lambda: self._store.client.notifications.set_preferences(body))
            if answer is not None:
                query.put(answer)
            if self.wanted is wanted:
                self.wanted = None


def changed(found: PreferencesOut, topic: Topic, channel: Channel, *, yes: bool) -> PreferencesOut:
    """What is wanted once one box was ticked or unticked; notices on phones stand by topic."""
    if channel is Channel.PUSH:
        push = [*(each for each in found.push if each is not topic), *([topic] if yes else [])]
        return replace(found, push=push)
    before = found.reminder if topic is Topic.REMINDER else found.marketing
    after = [*(each for each in before if each is not channel), *([channel] if yes else [])]
    return replace(found, reminder=after) if topic is Topic.REMINDER else replace(found, marketing=after)
