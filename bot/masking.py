"""What others may see of a borrower: their words, without what says who they are."""

import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w.,])\+?\d(?:[ -]?\d){6,}(?![\w.,]?\d)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|@\w+", re.IGNORECASE)
_WITH_FIGURES = re.compile(r"\S*\d\S*")
_SHORTEST_NAME = 3


def masked(text: str) -> str:
    """`text` with e-mail addresses gone, and of every number of seven digits and more only the last two."""
    without = _EMAIL.sub("•••@•••", text)
    return _NUMBER.sub(lambda found: f"•••{found[0][-2:]}", without)


def anonymous(text: str, names: Iterable[str] = ()) -> str:
    """`text` without e-mail and web addresses, without any figure, and without the words of these names.

    Names of others and of places stay: nothing here knows them for names.
    """
    without = _WITH_FIGURES.sub("#", _ADDRESS.sub("•••", _EMAIL.sub("•••", text)))
    for word in {part for name in names for part in name.split() if len(part) >= _SHORTEST_NAME}:
        without = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "•••", without, flags=re.IGNORECASE)
    return without
