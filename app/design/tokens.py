"""Type, spacing, radius, motion: the numbers that every component takes instead of its own."""

from dataclasses import dataclass
from typing import Final

import flet as ft

FONT: Final = "Inter"
DISPLAY_FONT: Final = "InterDisplay"
ARABIC_FONT: Final = "NotoArabic"
ICON_FONT: Final = "Icons"
FILLED_ICON_FONT: Final = "IconsFill"
# Relative addresses, so that the app may be served below any path.
FONT_FILES: Final = {
    FONT: "fonts/Inter.ttf",
    DISPLAY_FONT: "fonts/InterDisplay.ttf",
    ARABIC_FONT: "fonts/NotoSansArabic.ttf",
    ICON_FONT: "fonts/Icons.ttf",
    FILLED_ICON_FONT: "fonts/IconsFill.ttf",
}

REGULAR, MEDIUM, SEMIBOLD, BOLD = ft.FontWeight.W_400, ft.FontWeight.W_500, ft.FontWeight.W_600, ft.FontWeight.W_700


@dataclass(frozen=True, slots=True)
class Type:
    """One step of the type scale. `height` is the line's, as a multiple of the size."""

    size: int
    weight: ft.FontWeight
    height: float
    spacing: float = 0
    display: bool = False


HERO: Final = Type(44, BOLD, 1.1, -1.2, display=True)
FIGURE: Final = Type(32, BOLD, 1.15, -0.6, display=True)
TITLE_1: Final = Type(28, BOLD, 1.2, -0.5, display=True)
TITLE_2: Final = Type(22, BOLD, 1.25, -0.3, display=True)
TITLE_3: Final = Type(17, SEMIBOLD, 1.3, -0.1)
BODY: Final = Type(15, REGULAR, 1.45)
STRONG: Final = Type(15, SEMIBOLD, 1.4)
SMALL: Final = Type(13, REGULAR, 1.4)
LABEL: Final = Type(13, MEDIUM, 1.35)
CAPTION: Final = Type(12, MEDIUM, 1.3)


class Space:
    """Distances, in logical pixels."""

    XXS, XS, S, M, L, XL, XXL = 2, 4, 8, 12, 16, 24, 40
    GUTTER = 20  # from the screen's edge to what is on it


class Radius:
    """Corners."""

    S, M, L, XL, PILL = 10, 14, 20, 28, 99


class Size:
    """What fingers and eyes need."""

    TARGET = 48  # WCAG 2.5.5 asks for 44
    BUTTON = 54
    FIELD = 56
    BAR = 64
    WIDE_FROM = 900  # from this width on the navigation is at the side
    COLUMN = 560  # a column of text or of a form is no wider
    CONTENT = 1080


class Motion:
    """How long things take, in milliseconds, and how they speed up and slow down."""

    MICRO = ft.Animation(150, ft.AnimationCurve.EASE_OUT)
    ENTER = ft.Animation(250, ft.AnimationCurve.DECELERATE)
    EXIT = ft.Animation(200, ft.AnimationCurve.EASE_IN)
