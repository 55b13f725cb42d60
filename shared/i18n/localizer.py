"""Says things in one language: messages, plurals, money, percentages, dates."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from shared.errors import CaasError
from shared.i18n import calendar, figures
from shared.i18n.bidi import has_rtl, isolate, plain
from shared.i18n.calendar import DateStyle
from shared.i18n.catalogs import MESSAGES, load_catalog
from shared.i18n.languages import Language
from shared.money import Money

_Day = date  # the class below has a method of that name


def message(template: str, *, context: str | None = None) -> str:
    """Marks `template` for the catalogs where it is kept now and said later, with the same context."""
    del context
    return template


def plural_message(one: str, other: str) -> tuple[str, str]:
    """Marks a message with a plural for the catalogs where it is kept now and said later."""
    return one, other


class Localizer:
    """One language's words and figures. Message ids are the English texts; what lacks a translation stays English."""

    def __init__(self, language: Language, domain: str = MESSAGES) -> None:
        self.language = language
        self._locale = language.locale
        self._catalog = load_catalog(language, domain)

    def say(self, template: str, /, *, context: str | None = None, **params: object) -> str:
        """The translation of `template` with its parameters written by type: Money, date, Decimal and so on.

        Parameters are isolated where they could disturb the direction of the text around them.
        """
        return self._fill(self.template(template, context=context), params)

    def template(self, template: str, *, context: str | None = None) -> str:
        """The translation of `template` with its places unfilled: for those who fill them elsewhere."""
        return str(self._catalog.pgettext(context, template) if context else self._catalog.gettext(template))

    def plural(self, one: str, other: str, count: int, /, **params: object) -> str:
        """The form of the message that goes with `count`, which fills `{count}`."""
        return self._fill(self._catalog.ngettext(one, other, count), {"count": count, **params})

    def error(self, error: CaasError) -> str:
        """What `error` says."""
        return self._fill(self._catalog.gettext(type(error).message), error.params)

    def money(self, amount: Money) -> str:
        """`amount` in full. Raises UnknownCurrency."""
        return figures.money(amount, self._locale)

    def spoken(self, amount: Money) -> str:
        """`amount` with its currency's name instead of its sign, for screen readers."""
        return figures.spoken(amount, self._locale)

    def number(self, value: Decimal | int) -> str:
        """`value` with the language's separators."""
        return figures.number(value, self._locale)

    def percent(self, pct: Decimal | int) -> str:
        """`pct`, which counts per cent already."""
        return figures.percent(pct, self._locale)

    def date(self, on: date, style: DateStyle = DateStyle.LONG) -> str:
        """`on` with the month in letters."""
        return calendar.day(on, self._locale, style)

    def instant(self, at: datetime, zone: str = "UTC", *, names_zone: bool = True) -> str:
        """`at` on the clock of the IANA zone `zone`."""
        return calendar.instant(at, self._locale, zone, names_zone=names_zone)

    def moment(self, at: datetime, zone: str, *, now: datetime) -> str:
        """`at` for somebody whose clock shows the IANA zone `zone`: the time alone where it is today."""
        return calendar.moment(at, now, self._locale, zone)

    def hour(self, hour: int) -> str:
        """A full hour of the day, 0 to 24, on the clock that the language reads: 21:00, or 9:00 PM."""
        return calendar.hour(hour, self._locale)

    def month(self, on: "_Day") -> str:
        """The short name of a day's month."""
        return calendar.month(on, self._locale)

    def month_and_year(self, on: "_Day") -> str:
        """A day's month with its year."""
        return calendar.month_and_year(on, self._locale)

    def weekdays(self) -> tuple[int, tuple[str, ...]]:
        """The first day of the week, Monday being 0, and the days' one-letter names from Monday."""
        return calendar.weekdays(self._locale)

    def territory(self, code: str) -> str:
        """The name of the country with the ISO 3166 `code`; the code itself where it is unknown."""
        name: str = self._locale.territories.get(code, code)
        return name

    def verbatim(self, typed: str) -> str:
        """What somebody typed, such as a name: on one line, inert, and unable to disturb the text around it."""
        return self._guarded(plain(typed))

    def passage(self, told: str) -> str:
        """What somebody wrote in a language of their own, line by line: each runs in its own direction."""
        return "\n".join(self._guarded(line) for line in told.splitlines()) if told else told

    def one_by_one(self, statements: Iterable[str]) -> str:
        """Statements that stand for themselves, one after the other, with the language's comma between them."""
        return ("، " if self.language is Language.ARABIC else ", ").join(statements)

    def _fill(self, template: str, params: dict[str, object]) -> str:
        return template.format_map({name: self._shown(value) for name, value in params.items()})

    def _shown(self, value: object) -> str:
        match value:
            case Money():
                shown = self.money(value)
            case datetime():
                shown = self.instant(value)
            case date():
                shown = self.date(value)
            case bool():
                shown = str(value)
            case int() | Decimal():
                shown = self.number(value)
            case _:
                shown = str(value)
        return self._guarded(shown)

    def _guarded(self, shown: str) -> str:
        return isolate(shown) if shown and (self.language.is_rtl or has_rtl(shown)) else shown


@lru_cache(maxsize=2 * len(Language))
def localizer(language: Language, domain: str = MESSAGES) -> Localizer:
    """The localizer of `language` with the catalogs of `domain`, made once."""
    return Localizer(language, domain)
