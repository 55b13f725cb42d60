"""One person and the engine, without a network: everything said is held to the limits of the channel."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from bot.assembly import speak
from bot.clocks import zone_of
from bot.conversation.driving import drive
from bot.conversation.engine import Engine
from bot.conversation.flow import Query
from bot.conversation.inbound import Inbound, Kind
from bot.conversation.state import Owner, State
from bot.conversation.turns import Meaning, Turn, Understanding
from bot.conversation.views import Option, Pick, Say, View
from bot.flows import ALL
from bot.limits import complaints
from bot.understanding.classifier import model
from shared.i18n import Language
from tests.fakes.bank import LINK_ID, NOW, Bank


@dataclass
class Talk:
    """One person and the engine. Everything said is held to the channel's limits."""

    language: Language = Language.ENGLISH
    bank: Bank = field(default_factory=lambda: Bank(proven=True))
    state: State = field(default_factory=lambda: State(address="NG.1", line="1"))
    said: tuple[View, ...] = ()
    count: int = 0
    minutes: int = 0
    understand: Understanding = field(default_factory=model)

    def __post_init__(self) -> None:
        self.state = replace(self.state, language=self.language)
        self.engine = Engine(
            flows=ALL, speak=speak, brand="Kola Credit", app_url="https://app.test",
            zone_of=partial(zone_of, fallback="Africa/Lagos"),
        )  # fmt: skip

    async def write(self, text: str) -> str:
        return await self._give(kind=Kind.TEXT, text=text)

    async def tap(self, key: str) -> str:
        """Taps the option with this key, wherever it was shown last."""
        option = next(option for option in self.options() if option.key.partition(".")[2] == key)
        return await self._give(kind=Kind.CHOICE, choice=option.key, text=option.title)

    async def tap_raw(self, choice: str) -> str:
        return await self._give(kind=Kind.CHOICE, choice=choice)

    async def photo(self) -> str:
        return await self._give(kind=Kind.MEDIA, media="777", media_type="image/jpeg")

    def owner(self) -> Owner:
        return self.state.owner

    def has_stopped(self) -> bool:
        return self.state.stopped

    async def notice(self, kind: Kind, **more: Any) -> str:
        return await self._give(kind=kind, **more)

    def options(self) -> Iterator[Option]:
        for view in self.said:
            if isinstance(view, Say | Pick):
                yield from view.options

    def shown(self) -> list[str]:
        return [option.key.partition(".")[2] for option in self.options()]

    async def _give(self, **values: Any) -> str:
        self.count += 1
        at = NOW + timedelta(minutes=self.minutes)
        inbound = Inbound(event_id=f"m:{self.count}", at=at, **values)
        known = self.bank.of(None, LINK_ID, self.state, inbound)  # type: ignore[arg-type]

        async def answer(query: Query[Any], key: str) -> Any:
            return await self.understand(query) if isinstance(query, Meaning) else await known(query, key)

        turn: Turn = await drive(self.engine.advance(self.state, inbound), answer, inbound.event_id)
        self.state, self.said = turn.state, turn.views
        broken = [each for view in turn.views for each in complaints(view)]
        assert broken == []
        return "\n".join(view.text for view in turn.views)

    async def known(self) -> "Talk":
        """Somebody who is linked and has proved themselves."""
        await self.write("menu")
        await self.tap("go:balance")
        await self.tap("done")
        return self
