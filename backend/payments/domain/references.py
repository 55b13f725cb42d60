"""Our references for a rail: unique, opaque, and the same for the same thing, always."""

import re
from uuid import UUID

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_LENGTH = 26  # 128 bits, five to a character


def order_reference(prefix: str, order_id: UUID) -> str:
    """`prefix`, a dash, and the id in 26 base-32 characters: within what rails accept (16 to 50 of a-z, 0-9, dash)."""
    assert re.fullmatch(r"[a-z]{2,8}", prefix), "a prefix is a short lower-case word"
    digits = (_ALPHABET[order_id.int >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return f"{prefix}-{''.join(digits)}"
