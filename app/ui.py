"""What every component and screen is handed: words, colours, the store, and the way to other places."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.design.palette import Palette
from app.guard import guarded
from app.routes import Route
from app.stores.root import Store
from shared.i18n import DateStyle, Localizer
from shared.money import Money


@dataclass(frozen=True)
class Ui:
    """A reading of the look at one moment. Texts are written `ui.say("…")`, where the catalogs find them."""

    store: Store
    palette: Palette
    words: Localizer
    wide: bool
    scale: float
    still: bool
    navigate: Callable[[str], None]

    @property
    def rtl(self) -> bool:
        """Whether the language runs from right to left."""
        return self.words.language.is_rtl

    def say(self, template: str, /, *, context: str | None = None, **params: object) -> str:
        """`template` in the borrower's language, its parameters written by type."""
        return self.words.say(template, context=context, **params)

    def plural(self, one: str, other: str, count: int, /, **params: object) -> str:
        """The form that goes with `count`."""
        return self.words.plural(one, other, count, **params)

    def aloud(self, *statements: str) -> str:
        """What a screen reader says of one thing, statement by statement; empty ones are left out."""
        return self.words.one_by_one(each for each in statements if each)

    def money(self, amount: Money) -> str:
        """`amount` with its currency's sign."""
        return self.words.money(amount)

    def date(self, on: date, style: DateStyle = DateStyle.SHORT) -> str:
        """A day, its month in letters."""
        return self.words.date(on, style)

    def instant(self, at: datetime) -> str:
        """An instant on the tenant's clock."""
        tenant = self.store.session.tenant
        return self.words.instant(at, tenant.time_zone if tenant else "UTC", names_zone=False)

    def go(self, route: Route | str) -> None:
        """Goes to another place."""
        self.navigate(route if isinstance(route, str) else route.path)

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs `work` beside what goes on; whatever it raises is logged."""
        self.store.start(guarded(work))
