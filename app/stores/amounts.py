"""Amounts as the borrower moves and types them."""

import unicodedata

from shared.currency import exponent_of

_STOPS = 200
_NICE = (1, 2, 5)
_LONGEST = 18  # digits before the point: what is longer is no amount of money
_ARABIC_POINT = "\N{ARABIC DECIMAL SEPARATOR}"
_MARKS = f".,{_ARABIC_POINT}"


def step_for(least: int, most: int, product_step: int) -> int:
    """A round step, in minor units, that takes about two hundred moves from `least` to `most`."""
    wanted = max((most - least) // _STOPS, 1)
    size = 1
    while True:
        for factor in _NICE:
            if size * factor >= wanted:
                return max(size * factor // product_step, 1) * product_step
        size *= 10


def move(amount: int, by: int, least: int, most: int) -> int:
    """`amount` moved to the next multiple of the step in the direction of `by`, within the bounds."""
    step = abs(by)
    stops = amount // step + 1 if by > 0 else -(-amount // step) - 1
    return min(most, max(least, stops * step))


def typed_minor(text: str, currency: str) -> int | None:
    """What was typed, in minor units, in the digits of any script; None where it is no amount.

    Both a point and a comma may mark the decimals, or else thousands; the separators of Arabic are what they are.
    """
    typed = "".join(decimal_of(char) for char in text if char.isdecimal() or char in _MARKS)
    places = exponent_of(currency)
    mark = max(typed.rfind(each) for each in ".,")
    if _ARABIC_POINT in typed:
        mark = typed.index(_ARABIC_POINT)
        if len(typed) - mark - 1 > places:
            return None
    elif mark >= 0 and (places == 0 or len(typed) - mark - 1 > places):
        mark = -1  # it separates thousands
    whole, cents = (typed, "") if mark < 0 else (typed[:mark], typed[mark + 1 :])
    plain = "".join(char for char in whole if char.isdecimal())
    if not (plain or cents) or len(plain) > _LONGEST or (cents and not cents.isdecimal()):
        return None
    return int(plain + cents.ljust(places, "0"))


def decimal_of(char: str) -> str:
    """A digit of any script as that of ours; what is none stays as it is."""
    return str(unicodedata.decimal(char, char))
