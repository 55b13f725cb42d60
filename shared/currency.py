"""ISO 4217 list one (published 2026-01-01): the active codes and the exponent of each minor unit."""

from shared.errors import UnknownCurrency

_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG
    """,
}
_EXPONENT = {code: exponent for exponent, codes in _BY_EXPONENT.items() for code in codes.split()}
ACTIVE_CODES = frozenset(_EXPONENT)
# Metals, composite units, and the codes for tests and for no currency: list one gives them no minor unit.
WITHOUT_MINOR_UNIT = frozenset(
    {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
)


def exponent_of(code: str) -> int:
    """Digits after the decimal point in `code`'s major unit: 2 for NGN, 0 for JPY, 3 for KWD.

    Raises UnknownCurrency, also for codes `WITHOUT_MINOR_UNIT`, in which no amount can be counted.
    """
    exponent = _EXPONENT.get(code)
    if exponent is None:
        raise UnknownCurrency(currency=code)
    return exponent
