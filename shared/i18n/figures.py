"""Money, numbers and percentages the way each language writes them."""

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol, get_minus_sign_symbol

from shared.currency import exponent_of
from shared.money import Money

# CLDR gives the bare code in most languages; these are what people in the country write.
_OWN_SYMBOLS = {"NGN": "₦", "GHS": "GH₵", "KES": "KSh", "TZS": "TSh", "UGX": "USh", "ZAR": "R"}
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def currency_symbol(currency: str, locale: Locale) -> str:
    """The sign that people of `locale` read for `currency`: `₦` for NGN everywhere, else CLDR's, else the code."""
    return _OWN_SYMBOLS.get(currency) or get_currency_symbol(currency, locale).strip("\u200e\u200f")


def money(amount: Money, locale: Locale) -> str:
    """`amount` with its sign and every digit of its minor unit (ISO 4217's exponent, which CLDR at times shortens).

    Raises UnknownCurrency.
    """
    digits = "0" * exponent_of(amount.currency)
    number = format_decimal(abs(amount.major), "#,##0." + digits if digits else "#,##0", locale)
    pattern = locale.currency_formats["standard"]
    negative = int(amount.amount_minor < 0)
    prefix: str = pattern.prefix[negative].replace("-", get_minus_sign_symbol(locale))
    suffix: str = pattern.suffix[negative]
    symbol = currency_symbol(amount.currency, locale)
    # CLDR's currency spacing: a symbol that ends in a letter keeps its distance from the digits.
    if prefix.endswith("¤") and symbol[-1].isalpha():
        prefix += _NO_BREAK_SPACE
    return f"{prefix}{number}{suffix}".replace("¤", symbol)


def spoken(amount: Money, locale: Locale) -> str:
    """`amount` with its currency's name, as a screen reader says it: 152,000.00 Nigerian nairas."""
    return format_currency(amount.major, amount.currency, locale=locale, format_type="name")


def number(value: Decimal | int, locale: Locale) -> str:
    """`value` with the language's separators and every digit that it has."""
    return format_decimal(value, locale=locale, decimal_quantization=False)


def percent(pct: Decimal | int, locale: Locale) -> str:
    """A figure that counts per cent already: `Decimal("24.5")` is 24.5%."""
    return format_percent(Decimal(pct).scaleb(-2), locale=locale, decimal_quantization=False)
