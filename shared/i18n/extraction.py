"""Keeps the catalogs in step with the sources: `python -m shared.i18n.extraction`, run from a checkout by people.

Finds `….say("…")`, `say("…")`, `….plural("one", "other", …)`, `message("…")`, `plural_message("…", "…")` and the
message of every error, and merges them into each catalog: new ones come untranslated (English is shown), those that
left the sources are kept as obsolete.
"""

import ast
import copy
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from shared.i18n.catalogs import MESSAGES, catalog_path
from shared.i18n.languages import Language

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {MESSAGES: ("shared", "backend", "app"), "bot": ("bot",)}  # by domain: the bot's never ship to phones
MessageId = str | tuple[str, str]
_HEADER = """\
# {language} ({endonym}) for CaaS.
# Reviewed by a native speaker: no. Nobody who grew up with the language has read these texts yet; a lender
# must have them reviewed before borrowers sign documents in it.
"""


def messages_of(source: str) -> Iterator[tuple[MessageId, str | None, int]]:
    """Each message of a Python source: its id (with its plural), its context, its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="say") | ast.Name(id="message" | "say"),
                args=[ast.Constant(value=str(text)), *_],
            ):
                yield text, _context(node), node.lineno
            case ast.Call(
                func=ast.Attribute(attr="plural") | ast.Name(id="plural_message"),
                args=[ast.Constant(value=str(one)), ast.Constant(value=str(other)), *_],
            ):
                yield (one, other), None, node.lineno
            case ast.ClassDef(body=body) if not node.name.startswith("_"):
                yield from ((text, None, line) for text, line in _error_messages(body))
            case _:
                pass


def _context(call: ast.Call) -> str | None:
    for keyword in call.keywords:
        if keyword.arg == "context" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def _error_messages(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="message")], value=ast.Constant(value=str(text))):
                yield text, statement.lineno
            case ast.AnnAssign(target=ast.Name(id="message"), value=ast.Constant(value=str(text))):
                yield text, statement.lineno
            case _:
                pass


def extract(root: Path = ROOT, sources: tuple[str, ...] = SOURCES[MESSAGES]) -> Catalog:
    """Every message of these sources, with the files that say it."""
    template = Catalog(project="CaaS", charset="utf-8")
    for folder in sources:
        for path in sorted((root / folder).rglob("*.py")):
            for message_id, context, _ in messages_of(path.read_text(encoding="utf-8")):
                # The file without the line: lines move with every change and would drown the real ones.
                template.add(message_id, context=context, locations=[(str(path.relative_to(root)), 0)])
    return template


def update(language: Language, template: Catalog, domain: str = MESSAGES) -> int:
    """Merges `template` into the catalog of `language`. Returns how many messages lack a translation."""
    path = catalog_path(language, domain)
    with path.open("rb") as source:
        catalog = read_po(source, locale=language.folder, abort_invalid=True)
    # A copy: `update` puts the template's own entries into the catalog.
    catalog.update(copy.deepcopy(template), no_fuzzy_matching=True, update_creation_date=False)
    if language is Language.ENGLISH:
        for entry in catalog:
            if entry.id:
                entry.string = entry.id
    catalog.last_translator = catalog.language_team = "the authors of CaaS"
    catalog.msgid_bugs_address = "the repository's issues"
    catalog.header_comment = _HEADER.format(language=language.locale.english_name, endonym=language.endonym)
    with path.open("wb") as target:
        write_po(target, catalog, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return sum(1 for entry in catalog if entry.id and not all(_forms(entry.string or "")))


def _forms(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def main() -> int:
    """Updates every catalog and says what is untranslated."""
    for domain, sources in SOURCES.items():
        template = extract(sources=sources)
        for language in Language:
            missing = update(language, template, domain)
            sys.stdout.write(f"{domain} {language}: {missing} of {len(template)} untranslated\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
