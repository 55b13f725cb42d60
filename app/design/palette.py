"""The colours of one theme, poured from a tenant's brand. Every pair that text is set in holds AA by construction."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.design.colour import Oklch, from_hex, readable


class Mode(StrEnum):
    """The three themes."""

    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"


@dataclass(frozen=True, slots=True)
class Palette:
    """What each colour is for. `x_soft` is a quiet ground, `on_x` is text on the ground `x`."""

    mode: Mode
    ground: str  # behind everything
    surface: str  # cards, sheets, bars
    sunken: str  # fields, chips, tracks
    line: str  # hairlines, which nothing depends on
    edge: str  # borders that show where a control is
    text: str
    muted: str
    brand: str  # text and icons in the brand's colour
    fill: str  # the ground of main actions
    on_fill: str
    soft: str  # a quiet ground in the brand's hue
    on_soft: str
    hero: tuple[str, str, str]  # the gradient of the first card
    on_hero: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    on_bad: str  # on `bad` as a ground

    @property
    def is_dark(self) -> bool:
        """Whether light text lies on dark ground."""
        return self.mode is not Mode.LIGHT

    def text_pairs(self) -> Iterator[tuple[str, str, str]]:
        """Each name, text colour and ground that must reach 4.5 to 1."""
        for ground in (self.ground, self.surface, self.sunken):
            for name in ("text", "muted", "brand", "good", "warn", "bad"):
                yield f"{name} on {ground}", getattr(self, name), ground
        yield "on_fill", self.on_fill, self.fill
        yield "on_soft", self.on_soft, self.soft
        yield "on_bad", self.on_bad, self.bad
        for name in ("good", "warn", "bad"):
            yield f"{name}_soft", getattr(self, name), getattr(self, f"{name}_soft")
        for stop in self.hero:
            yield "on_hero", self.on_hero, stop

    def control_pairs(self) -> Iterator[tuple[str, str, str]]:
        """Each name, colour and ground that must reach 3 to 1 (WCAG 1.4.11)."""
        for ground in (self.ground, self.surface, self.sunken):
            yield f"edge on {ground}", self.edge, ground
        for ground in (self.ground, self.surface):
            yield f"fill on {ground}", self.fill, ground


_GREEN, _AMBER, _RED = from_hex("#0E8A5F"), from_hex("#B45309"), from_hex("#D92D20")
_WHITE, _INK = "#FFFFFF", "#0B0D12"
_GREYISH = 0.03  # chroma below which a brand is meant to be grey


@lru_cache(maxsize=64)
def palette(mode: Mode, brand: str) -> Palette:
    """The colours of `mode` for the brand's colour `#RRGGBB`."""
    hue = from_hex(brand)
    return {Mode.LIGHT: _light, Mode.DARK: _dark, Mode.HIGH_CONTRAST: _high_contrast}[mode](hue)


def _hero(hue: Oklch) -> tuple[str, str, str]:
    chroma = max(hue.chroma, 0.02)
    turned = Oklch(0, chroma, hue.hue + 0.55)
    stops = (hue.at(0.27, chroma * 0.75), hue.at(0.45, chroma), turned.at(0.52, chroma * 1.05))
    first, second, third = (readable(stop, _WHITE, 5) for stop in stops)
    return first, second, third


def _light(hue: Oklch) -> Palette:
    ground, surface, sunken = hue.at(0.972, 0.004).hex, _WHITE, hue.at(0.945, 0.007).hex
    grey = hue.at(0.5, 0.018)
    soft = hue.at(0.95, min(hue.chroma, 0.04)).hex
    return Palette(
        mode=Mode.LIGHT,
        ground=ground,
        surface=surface,
        sunken=sunken,
        line=hue.at(0.915, 0.008).hex,
        edge=readable(hue.at(0.64, 0.012), sunken, 3.1),
        text=hue.at(0.19, 0.02).hex,
        muted=readable(grey, sunken, 4.7),
        brand=readable(hue, sunken, 4.7),
        fill=readable(hue, _WHITE, 4.7),
        on_fill=_WHITE,
        soft=soft,
        on_soft=readable(hue, soft, 4.9),
        hero=_hero(hue),
        on_hero=_WHITE,
        good=readable(_GREEN, sunken, 4.9),
        good_soft=_GREEN.at(0.955, 0.035).hex,
        warn=readable(_AMBER, sunken, 4.9),
        warn_soft=_AMBER.at(0.955, 0.035).hex,
        bad=readable(_RED, sunken, 4.9),
        bad_soft=_RED.at(0.955, 0.025).hex,
        on_bad=_WHITE,
    )


def _dark(hue: Oklch) -> Palette:
    ground, surface, sunken = hue.at(0.155, 0.012).hex, hue.at(0.205, 0.014).hex, hue.at(0.265, 0.016).hex
    return _on_dark(hue, Mode.DARK, ground, surface, sunken, line=hue.at(0.29, 0.016).hex, muted=0.72, ratio=4.7)


def _high_contrast(hue: Oklch) -> Palette:
    return _on_dark(hue, Mode.HIGH_CONTRAST, "#000000", "#000000", "#101010", line="#FFFFFF", muted=0.93, ratio=7.5)


def _on_dark(
    hue: Oklch, mode: Mode, ground: str, surface: str, sunken: str, *, line: str, muted: float, ratio: float
) -> Palette:
    soft = hue.at(0.31, min(hue.chroma, 0.06)).hex
    bright = hue.at(max(hue.lightness, 0.7))
    # On dark ground a main action glows: dark ink on the brand's hue, as vivid as a screen can show it there.
    fill = readable(
        hue.at(max(hue.lightness, 0.77), max(hue.chroma, 0.12) if hue.chroma > _GREYISH else None), surface, 4.7
    )
    bad = readable(_RED.at(0.7), sunken, ratio)
    return Palette(
        mode=mode,
        ground=ground,
        surface=surface,
        sunken=sunken,
        line=line,
        edge=readable(hue.at(0.55, 0.012), sunken, 3.1 if mode is Mode.DARK else 7),
        text=_WHITE if mode is Mode.HIGH_CONTRAST else hue.at(0.972, 0.004).hex,
        muted=readable(hue.at(muted, 0.014), sunken, ratio),
        brand=readable(bright, sunken, ratio),
        fill=fill,
        on_fill=_INK,
        soft=soft,
        on_soft=readable(bright, soft, ratio),
        hero=("#000000", "#000000", "#101010") if mode is Mode.HIGH_CONTRAST else _hero(hue),
        on_hero=_WHITE,
        good=readable(_GREEN.at(0.78), sunken, ratio),
        good_soft=_GREEN.at(0.24, 0.04).hex,
        warn=readable(_AMBER.at(0.8), sunken, ratio),
        warn_soft=_AMBER.at(0.25, 0.04).hex,
        bad=bad,
        bad_soft=_RED.at(0.24, 0.05).hex,
        on_bad=_INK,
    )
