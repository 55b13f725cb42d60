"""The second factor: a time-based code counts once, and recovery codes stand in for a lost device, each one once."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

RECOVERY_CODES = 10
FAILURES_MAX = 5
LOCKED_FOR = timedelta(minutes=15)
# Crockford's base 32 without the letters that look like digits: 10 of them are 50 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def is_fresh(step: int | None, last_used: int | None) -> bool:
    """Whether a code of time step `step` may be used: never the same step twice, nor an older one (RFC 6238, 5.2)."""
    return step is not None and (last_used is None or step > last_used)


def is_locked(failures: int, failed_at: datetime | None, now: datetime) -> bool:
    """Whether too many wrong codes in a row forbid another try at `now`."""
    return failures >= FAILURES_MAX and failed_at is not None and now < failed_at + LOCKED_FOR


def new_recovery_codes(count: int = RECOVERY_CODES) -> list[str]:
    """Codes such as `7K2QX-0M4ZD`, to be shown once."""
    drawn = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(count)]
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def canonical_recovery_code(typed: str) -> str:
    """A typed recovery code as it is hashed: upper case, no dashes or blanks, O and 0, I and L and 1 taken as one."""
    kept = "".join(character for character in typed.upper() if character.isalnum())
    return kept.translate(_LOOKALIKES)


def unused(hashes: Sequence[bytes], spent: bytes) -> list[bytes]:
    """The hashes that remain once `spent` was used."""
    return [one for one in hashes if one != spent]
