"""Every text of the bot, in every language, within the limits of where it is shown."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot import templates
from bot.limits import BY_CONTEXT
from shared.i18n import Language
from shared.i18n.catalogs import catalog_path
from shared.i18n.extraction import SOURCES, extract

OTHERS = [language for language in Language if language is not Language.ENGLISH]
_PLACE = re.compile(r"\{(\w+)\}")


def catalog(language: Language) -> list[Message]:
    with catalog_path(language, "bot").open("rb") as source:
        return [entry for entry in read_po(source, locale=language.folder) if entry.id]


def forms(entry: Message) -> tuple[str, ...]:
    said = entry.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


@pytest.mark.parametrize("language", Language)
def test_everything_that_the_bot_says_is_translated(language: Language) -> None:
    known = {(entry.context, entry.id): entry for entry in catalog(language)}

    for wanted in extract(sources=SOURCES["bot"]):
        if wanted.id:
            found = known.get((wanted.context, wanted.id))
            assert found is not None, wanted.id
            assert all(forms(found)), wanted.id


@pytest.mark.parametrize("language", Language)
def test_a_translation_has_the_places_of_its_message(language: Language) -> None:
    for entry in catalog(language):
        asked = set(_PLACE.findall(entry.id if isinstance(entry.id, str) else entry.id[1]))
        for form in forms(entry):
            assert set(_PLACE.findall(form)) == asked, form


@pytest.mark.parametrize("language", Language)
def test_titles_and_notes_fit_where_they_are_shown(language: Language) -> None:
    too_long = [
        f"{len(form)} > {BY_CONTEXT[entry.context]}: {form}"
        for entry in catalog(language)
        if entry.context in BY_CONTEXT
        for form in forms(entry)
        if len(form) > BY_CONTEXT[entry.context]
    ]

    assert too_long == []


@pytest.mark.parametrize("language", Language)
def test_the_header_says_that_no_native_speaker_has_reviewed_it(language: Language) -> None:
    head = catalog_path(language, "bot").read_text(encoding="utf-8").partition("msgid")[0]

    assert "Reviewed by a native speaker: no." in head


@pytest.mark.parametrize("language", templates.META_LANGUAGES)
@pytest.mark.parametrize("kind", templates.KINDS, ids=lambda kind: kind.name)
def test_a_template_is_such_that_meta_takes_it(kind: templates.Kind, language: Language) -> None:
    assert list(templates.complaints(kind, language)) == []

    body = templates.definition(kind, language)["components"][0]  # type: ignore[index]
    assert body["text"].count("{{") == len(kind.values) == len(body["example"]["body_text"][0])
