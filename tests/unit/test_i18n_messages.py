"""Catalogs, plurals and the direction of text."""

import string
from datetime import date

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import CurrencyMismatch
from shared.i18n import Language, isolate, localizer, plain
from shared.i18n.catalogs import catalog_path, load_catalog
from shared.i18n.extraction import extract, messages_of
from shared.money import Money

OTHERS = [language for language in Language if language is not Language.ENGLISH]
OURS = ("shared/i18n", "backend/agreements", "backend/offers")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("pt_BR", Language.PORTUGUESE_BRAZIL),
        ("pt-PT", Language.PORTUGUESE_BRAZIL),
        ("FR-ca", Language.FRENCH),
        ("ar_EG", Language.ARABIC),
        ("en-US", Language.ENGLISH),
        ("xx", Language.ENGLISH),
        ("", Language.ENGLISH),
        (None, Language.ENGLISH),
    ],
)
def test_a_tag_finds_the_nearest_language(tag: str | None, language: Language) -> None:
    assert Language.match(tag) is language


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [language for language in Language if language.is_rtl] == [Language.ARABIC]


@pytest.mark.parametrize("language", Language)
def test_each_catalog_says_plainly_that_no_native_speaker_has_reviewed_it(language: Language) -> None:
    head = catalog_path(language).read_text(encoding="utf-8").partition("msgid")[0]

    assert "Reviewed by a native speaker: no." in head


@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_the_documents_say_is_translated(language: Language) -> None:
    with catalog_path(language).open("rb") as source:
        catalog = read_po(source, locale=language.folder)

    for wanted in extract(sources=OURS):
        if wanted.id:
            found = catalog.get(wanted.id, wanted.context)
            assert found is not None, wanted.id
            assert all(_forms(found)), wanted.id


@pytest.mark.parametrize("language", Language)
def test_a_translation_fills_the_same_places_as_its_message(language: Language) -> None:
    with catalog_path(language).open("rb") as source:
        catalog = read_po(source, locale=language.folder)

    for entry in catalog:
        if not entry.id:
            continue
        asked = _fields(entry.id if isinstance(entry.id, str) else entry.id[1])
        for form in _forms(entry):
            if form:
                assert _fields(form) | {"count"} == asked | {"count"}, form


def _forms(entry: Message) -> tuple[str, ...]:
    said = entry.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def _fields(template: str) -> set[str]:
    found = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    assert all(name.isidentifier() for name in found), f"{template}: plain names only, or a translation could reach in"
    return set(found)


def test_what_lacks_a_translation_is_said_in_english() -> None:
    assert localizer(Language.YORUBA).say("Nobody translated {thing}.", thing="this") == "Nobody translated this."


def test_a_translation_is_said_with_its_parameters_written_by_type() -> None:
    said = localizer(Language.FRENCH).say("Drawn up on {date}", date=date(2026, 11, 21))

    assert said == "Établi le 21 novembre 2026"


def test_a_parameter_is_never_read_as_a_template() -> None:
    said = localizer(Language.ENGLISH).say("Prepared for {name}", name="{name.__class__} {0} %s")

    assert said == "Prepared for {name.__class__} {0} %s"


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, "يوم واحد"), (2, "يومين"), (7, "أيام"), (11, "يومًا"), (30, "يومًا"), (100, "يوم من"), (102, "يوم من")],
)
def test_arabic_has_a_form_for_each_kind_of_number(count: int, expected: str) -> None:
    said = localizer(Language.ARABIC).plural(
        "You may cancel within {count} day of signing, without giving a reason.",
        "You may cancel within {count} days of signing, without giving a reason.",
        count,
    )

    assert expected in said
    assert str(count) in said


def test_french_counts_zero_as_one() -> None:
    one, other = "Every day", "Every {count} days"

    assert localizer(Language.FRENCH).plural(one, other, 0) == "Tous les jours"
    assert localizer(Language.FRENCH).plural(one, other, 2) == "Tous les 2 jours"


def test_an_error_is_said_in_the_readers_language() -> None:
    error = CurrencyMismatch(left="NGN", right="JPY")

    assert localizer(Language.PORTUGUESE_BRAZIL).error(error).startswith("NGN e JPY não podem")


def test_arabic_isolates_every_parameter() -> None:
    said = localizer(Language.ARABIC).say("Prepared for {name}", name="Ada (Lagos)")

    assert "\u2068Ada (Lagos)\u2069" in said


def test_a_latin_text_isolates_only_what_runs_the_other_way() -> None:
    loc = localizer(Language.ENGLISH)

    assert loc.say("Prepared for {name}", name="Ada") == "Prepared for Ada"
    assert loc.say("Prepared for {name}", name="ليلى") == "Prepared for \u2068ليلى\u2069"


def test_money_in_arabic_text_is_isolated() -> None:
    said = localizer(Language.ARABIC).say("From {low} to {high}", low=Money.of(100, "NGN"), high=Money.of(200, "NGN"))

    assert said.count("\u2068") == said.count("\u2069") == 2


@given(st.text())
def test_an_isolate_can_not_be_broken_out_of(text: str) -> None:
    isolated = isolate(text)

    assert isolated[0] == "\u2068"
    assert isolated[-1] == "\u2069"
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(isolated[1:-1])


@given(st.text())
def test_a_plain_text_is_one_line_without_controls(text: str) -> None:
    cleaned = plain(text)

    assert cleaned.isprintable() or not cleaned.replace("\u200d", "").replace("\u200c", "").isascii()
    assert not set("\n\r\t\x00\u202e\u2066\u2069") & set(cleaned)
    assert plain(cleaned) == cleaned


def test_a_catalog_is_read_once() -> None:
    assert load_catalog(Language.HAUSA) is load_catalog(Language.HAUSA)


def test_messages_are_found_wherever_they_are_said() -> None:
    source = """
class Full(Conflict):
    message = "It is full."
loc.say("Hello {name}", name=n); loc.say("Post", context="verb"); loc.plural("one", "many", 2)
KEPT = message("Kept"); PAIR = plural_message("A", "B")
other("Not this"); loc.say(variable)
"""
    found = {(message_id, context) for message_id, context, _ in messages_of(source)}

    assert found == {
        ("It is full.", None),
        ("Hello {name}", None),
        ("Post", "verb"),
        (("one", "many"), None),
        ("Kept", None),
        (("A", "B"), None),
    }
