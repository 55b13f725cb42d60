"""States in a machine-readable zone: ISO 3166-1, and what else may stand there (ICAO Doc 9303-3, section 5)."""

from shared.countries import ALPHA_2

# Germany alone writes one letter; the rest are persons without a state, classes of British nationals and organisations.
_ICAO_SPECIALS = """
D EUE GBD GBN GBO GBP GBS RKS UNA UNK UNO
XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO
XXA XXB XXC XXX
"""
# The specimen state of ICAO's own samples, UTO, is missing on purpose: such a document proves nothing about anybody.
MRZ_STATES = frozenset(ALPHA_2) | frozenset(_ICAO_SPECIALS.split())
_MRZ_ALPHA_2 = {"D": "DE", "GBD": "GB", "GBN": "GB", "GBO": "GB", "GBP": "GB", "GBS": "GB"} | ALPHA_2


def is_mrz_state(code: str) -> bool:
    """Whether `code`, without its fillers, may issue a document or be a nationality."""
    return code in MRZ_STATES


def alpha_2_of(mrz_state: str) -> str | None:
    """The two-letter ISO code of a zone's state; None where it is an organisation, or nobody's."""
    return _MRZ_ALPHA_2.get(mrz_state)
