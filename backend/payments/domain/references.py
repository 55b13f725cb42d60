"""References: ours for a rail, unique and opaque; and those that people type, which carry their own check digits."""

import re
from uuid import UUID

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_CREDITOR = re.compile(r"RF\d{2}[0-9A-Z]{1,21}")
_NOISE = re.compile(r"[\s\-./]+")
_BODY_LENGTH = 12
_PRINTED = re.compile(rf"(?<![0-9A-Z])R[\s\-./]*F(?:[\s\-./]*[0-9A-Z]){{{2 + _BODY_LENGTH}}}(?![0-9A-Z])")
MAX_REFERENCES_READ = 5


def order_reference(prefix: str, order_id: UUID) -> str:
    """Our reference for a rail: `prefix`, a dash, and the order's id in 26 lower-case base-32 characters.

    It is within what rails accept (16 to 50 of a-z, 0-9, dash), and the same for the same order, always.
    """
    assert re.fullmatch(r"[a-z]{2,8}", prefix), "a prefix is a short lower-case word"
    return f"{prefix}-{_base32(order_id.int, 26).lower()}"


def creditor_reference(seed: UUID) -> str:
    """An RF creditor reference (ISO 11649) of sixteen characters, from the random bits of `seed`."""
    body = _base32(seed.int & (1 << 5 * _BODY_LENGTH) - 1, _BODY_LENGTH)
    return f"RF{_check_digits(body)}{body}"


def is_creditor_reference(text: str) -> bool:
    """Whether `text`, without blanks, is an RF creditor reference whose check digits hold (ISO 7064 mod 97-10)."""
    plain = _NOISE.sub("", text.upper())
    return _CREDITOR.fullmatch(plain) is not None and _mod_97(plain[4:] + plain[:4]) == 1


def read_references(narration: str) -> tuple[str, ...]:
    """The creditor references of ours that stand in a free text, however they are spaced, each once, in order.

    Those with wrong check digits are left out: a mistyped reference names nobody.
    """
    found: list[str] = []
    for match in _PRINTED.finditer(narration.upper()):
        plain = _NOISE.sub("", match.group())
        if is_creditor_reference(plain) and plain not in found:
            found.append(plain)
    return tuple(found[:MAX_REFERENCES_READ])


def printed(reference: str) -> str:
    """A creditor reference in groups of four, as it is shown to people."""
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def _base32(value: int, length: int) -> str:
    digits = [_ALPHABET[value >> 5 * place & 31] for place in range(length)]
    return "".join(reversed(digits))


def _check_digits(body: str) -> str:
    return f"{98 - _mod_97(f'{body}RF00'):02d}"


def _mod_97(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97
