"""Every screen in a language that nobody speaks: what shows in English is not translated, or is joined from pieces."""

import importlib
import re
from collections.abc import Iterator

import flet as ft
import msgspec
import pytest

from app.stores.banks import NIGERIAN_BANKS
from shared.i18n import Language
from tests.app.test_screen_states import SCREENS
from tests.builders.app_stage import Table, show
from tests.builders.flet_window import Window
from tests.builders.pseudo import CLOSES, OPENS, PseudoTranslations, in_letters, outside

_WORD = re.compile(r"[^\W\d_]{3,}")
# Dates and figures are written by the locale's own data; what somebody is called stands as they are called.
_BY_LOCALE = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b|\b(naira|nairas)\b", re.IGNORECASE
)
# Messages stand side by side as statements of one list, or as whole sentences; nothing else is put together.
_SIDE_BY_SIDE = re.compile(rf", (?={OPENS})|(?<=[.!?]{CLOSES}) (?={OPENS})")
_JOINED = re.compile(rf"{CLOSES}[^{OPENS}\n]*{OPENS}")


@pytest.fixture(autouse=True)
def pseudo_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    localizers = importlib.import_module("shared.i18n.localizer")
    monkeypatch.setattr(localizers, "load_catalog", lambda *_: PseudoTranslations())
    localizers.localizer.cache_clear()
    yield
    localizers.localizer.cache_clear()


# Those that show what is known without reading anything of their own.
AT_ONCE = {
    "contacts": ("/profile/contacts", "", "Not given yet"),
    "authenticator": ("/profile/authenticator", "", "A second step"),
    "profile": ("/profile", "", "Sign out"),
    "appearance": ("/profile/appearance", "", "Text size"),
    "gone": ("/no/such/place", "", "This page is not there"),
}
PLACES = {**SCREENS, **AT_ONCE}


@pytest.mark.parametrize("name", PLACES)
async def test_a_screen_says_nothing_that_can_t_be_translated(name: str) -> None:
    route, _, words = PLACES[name]
    table = Table()

    window = await show(route, table=table)
    await window.until(lambda: words in window.words or in_letters(words) in window.words)

    said = list(_said(window))
    data = _names(table)
    assert sum(OPENS in each for each in said) > 3, "the screen was drawn in the language"
    untold = {each: left for each in said if (left := _words(outside(each)) - data)}
    assert not untold
    assert not [each for each in said if any(map(_JOINED.search, _SIDE_BY_SIDE.split(_flat(each))))]


def _said(window: Window) -> Iterator[str]:
    """All that is shown, or said by a screen reader."""
    for text in window.all(ft.Text):
        yield text.value or ""
        yield "".join(span.text or "" for span in text.spans or [])
    for node in window.all(ft.Semantics):
        yield node.label or ""
    for field in window.all(ft.TextField):
        yield from (str(each or "") for each in (field.label, field.hint_text, field.helper, field.error))


def _flat(shown: str) -> str:
    """`shown` with the messages that fill a place of another one as part of that one, and without its length."""
    depth, left = 0, []
    for letter in shown.replace("·", ""):
        depth -= letter == CLOSES
        if depth == 0 or letter not in {OPENS, CLOSES}:
            left.append(letter)
        depth += letter == OPENS
    return "".join(left)


def _words(text: str) -> set[str]:
    return {each.casefold() for each in _WORD.findall(_BY_LOCALE.sub("", text))}


def _names(table: Table) -> set[str]:
    """What the platform answers with, banks, countries and languages: names that stay what they are."""
    answers = (each for each in table.answers.values() if not callable(each))
    countries = Language.ENGLISH.locale.territories.values()
    banks = (bank for _, bank in NIGERIAN_BANKS)
    languages = (language.endonym for language in Language)
    return _words(" ".join([*(msgspec.json.encode(each).decode() for each in answers), *countries, *banks, *languages]))
