"""What a classifier sees of a text: its words, pairs of words, and the letters within them, without marks and case."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt

from bot.understanding.words import normal

MOST_LETTERS = 300
_GRAMS = (2, 3, 4)


def features(text: str) -> Counter[str]:
    """How often each feature of `text` occurs; numbers are none. Words begin with `w `, letters with `c `."""
    words = [word for word in normal(text)[:MOST_LETTERS].split() if not word.isdecimal()]
    return Counter([*_words(words), *(gram for word in words for gram in _letters(word))])


def _words(words: list[str]) -> Iterator[str]:
    for word in words:
        yield f"w {word}"
    for first, second in pairwise(words):
        yield f"w {first} {second}"


@lru_cache(maxsize=4096)
def _letters(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(f"c {padded[at : at + size]}" for size in _GRAMS for at in range(len(padded) - size + 1))


def weighted(counts: Counter[str], idf: dict[str, float]) -> dict[str, float]:
    """Sublinear TF-IDF of the features that are known, of length 1."""
    values = {name: (1 + log(count)) * idf[name] for name, count in counts.items() if name in idf}
    length = sqrt(sum(value * value for value in values.values()))
    return {name: value / length for name, value in values.items()} if length else {}
