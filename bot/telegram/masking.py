"""What Telegram may see of a borrower: their words, without numbers and addresses that say who they are."""

import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w.,])\+?\d(?:[ -]?\d){6,}(?![\w.,]?\d)")


def masked(text: str) -> str:
    """`text` with e-mail addresses gone, and of every number of seven digits and more only the last two."""
    without = _EMAIL.sub("•••@•••", text)
    return _NUMBER.sub(lambda found: f"•••{found[0][-2:]}", without)
