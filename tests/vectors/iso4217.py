"""ISO 4217: how many digits follow the decimal point in each currency."""

from shared.currency import WITHOUT_MINOR_UNIT, exponent_of
from tests.vectors.folder import Folder, Vector

PREFIXES = ("iso4217_",)


def differs(vector: Vector, _folder: Folder) -> str | None:
    """None where the exponent is ours; N.A. says that there is none."""
    code, expected = vector["code"], vector["minor_units"]
    found = "N.A." if code in WITHOUT_MINOR_UNIT else str(exponent_of(code))
    return None if found == expected else f"exponent {found}, not {expected}"
