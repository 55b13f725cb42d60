"""Keeps a piece of text in one direction from disturbing the text around it (Unicode UAX #9)."""

import unicodedata

FIRST_STRONG_ISOLATE = "\u2068"
POP_DIRECTIONAL_ISOLATE = "\u2069"
_RTL_CLASSES = frozenset({"R", "AL", "AN"})
# Embeddings, overrides and isolates: a foreign one could reorder or swallow our own text.
_DIRECTIONAL_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """`text` on one line without directional controls and control characters; for names that strangers typed."""
    kept = "".join(" " if c in "\t\r\n\x0b\x0c\x85\u2028\u2029" else c for c in text)
    visible = (
        c for c in kept if c not in _DIRECTIONAL_CONTROLS and unicodedata.category(c) not in {"Cc", "Cs", "Co", "Cn"}
    )
    return " ".join("".join(visible).split(" ")).strip()


def has_rtl(text: str) -> bool:
    """Whether any character of `text` runs from right to left."""
    return any(unicodedata.bidirectional(c) in _RTL_CLASSES for c in text)


def isolate(text: str) -> str:
    """`text` between a first-strong isolate and its end; directional controls inside it are dropped."""
    inner = "".join(c for c in text if c not in _DIRECTIONAL_CONTROLS)
    return f"{FIRST_STRONG_ISOLATE}{inner}{POP_DIRECTIONAL_ISOLATE}"
