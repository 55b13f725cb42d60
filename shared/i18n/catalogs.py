"""Reads the gettext catalogs as people edit them, so that installing needs no compile step."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from shared.i18n.languages import Language

_HERE = Path(__file__).resolve()
# In a phone build or a wheel the catalogs lie beside this file, in a checkout at the root.
_PLACES = (_HERE.parent / "locales", _HERE.parents[2] / "locales")


MESSAGES = "messages"  # the domain of everything that ships to phones


def catalog_path(language: Language, domain: str = MESSAGES) -> Path:
    """Where the catalog of `language` is. Raises FileNotFoundError, saying where it was looked for."""
    for place in _PLACES:
        path = place / language.folder / "LC_MESSAGES" / f"{domain}.po"
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"No catalog {domain} for {language}: put locales/ in one of {', '.join(map(str, _PLACES))}."
    )


@lru_cache(maxsize=2 * len(Language))
def load_catalog(language: Language, domain: str = MESSAGES) -> Translations:
    """The translations of `language`, compiled in memory once. Fuzzy and empty entries are left out.

    Raises FileNotFoundError.
    """
    with catalog_path(language, domain).open("rb") as source:
        catalog = read_po(source, locale=language.folder, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
