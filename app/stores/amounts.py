"""Amounts as the borrower moves and types them."""

from decimal import Decimal, InvalidOperation

from shared.currency import exponent_of

_STOPS = 200
_NICE = (1, 2, 5)


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
    """What was typed, in minor units; None where it is no amount. Both a point and a comma may mark the decimals."""
    kept = "".join(char for char in text if char.isdecimal() or char in ".,")
    digits = "".join(str(int(char)) if char.isdecimal() else char for char in kept)
    places = exponent_of(currency)
    mark = max(digits.rfind("."), digits.rfind(","))
    if mark >= 0 and (places == 0 or len(digits) - mark - 1 not in range(places + 1)):
        mark = -1  # it separates thousands
    whole = digits if mark < 0 else digits[:mark]
    cents = "" if mark < 0 else digits[mark + 1 :]
    plain = whole.replace(".", "").replace(",", "")
    try:
        return int(Decimal(f"{plain or 0}.{cents or 0}").scaleb(places)) if plain or cents else None
    except InvalidOperation:
        return None
