"""Colour arithmetic: contrast by WCAG 2.2, and lightness that changes without the hue (OKLCH, Ottosson 2020)."""

from dataclasses import dataclass
from math import atan2, cos, hypot, sin

_STEP = 0.004


@dataclass(frozen=True, slots=True)
class Oklch:
    """A colour by perceived lightness (0 to 1), chroma and hue in radians."""

    lightness: float
    chroma: float
    hue: float

    def at(self, lightness: float, chroma: float | None = None) -> "Oklch":
        """The same hue at another lightness, and at another chroma where one is given."""
        return Oklch(min(1.0, max(0.0, lightness)), self.chroma if chroma is None else chroma, self.hue)

    @property
    def hex(self) -> str:
        """As `#RRGGBB`; chroma that a screen can't show is given up, hue and lightness are kept."""
        chroma = self.chroma
        while chroma > 0:
            linear = _to_linear(self.lightness, chroma, self.hue)
            if all(-0.0005 <= part <= 1.0005 for part in linear):
                return _hex(linear)
            chroma -= _STEP
        return _hex(_to_linear(self.lightness, 0, self.hue))


def from_hex(colour: str) -> Oklch:
    """`#RRGGBB` as OKLCH."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short, hypot(a, b), atan2(b, a))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: Oklch, on: str, ratio: float = 4.5) -> str:
    """`colour`, made lighter or darker until it has `ratio` on the opaque colour `on`, which must allow for it."""
    step = _STEP if luminance(on) < 0.18 else -_STEP
    lightness = colour.lightness
    while 0 < lightness < 1 and contrast(colour.at(lightness).hex, on) < ratio:
        lightness += step
    return colour.at(lightness).hex


def over(colour: str, alpha: float, ground: str) -> str:
    """The opaque colour that `colour` at `alpha` makes on `ground`."""
    mixed = zip(_parts(colour), _parts(ground), strict=True)
    return _join(round(255 * (alpha * a + (1 - alpha) * b)) for a, b in mixed)


def fade(colour: str, alpha: float) -> str:
    """`colour` with an alpha, as Flet writes it: `#AARRGGBB`."""
    return f"#{round(alpha * 255):02X}{colour[1:]}"


def signed(colour: str) -> str:
    """`colour` with low bits by which a program knows it and no eye does: 5, 2 and 6 of each channel's eight."""
    return _join(int(colour[at : at + 2], 16) & ~7 | low for at, low in ((1, 5), (3, 2), (5, 6)))


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _join(parts: object) -> str:
    return "#" + "".join(f"{part:02X}" for part in parts)  # type: ignore[attr-defined]  # any iterable of bytes


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _hex(linear: tuple[float, float, float]) -> str:
    return _join(round(_gamma(part) * 255) for part in linear)


def _to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
