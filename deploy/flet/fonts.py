"""Makes the app's fonts: `python -m deploy.flet.fonts INTER ARABIC PHOSPHOR`, run by people when a source changes.

Inter with tabular digits baked in (Flet has no switch for font features), cut to what eight languages write; Noto Sans
Arabic, cut to Arabic; both in the weights that `app/design/tokens.py` uses; and the icons that `app/design/icons.py`
names, out of Phosphor's regular and filled weights. PHOSPHOR is the folder of the npm package @phosphor-icons/web; with
none the icons stay as they are.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from app.design.icons import ICONS

TARGET = Path(__file__).parents[2] / "assets" / "app" / "fonts"
_LATIN = ((0x20, 0x2FF), (0x300, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2190, 0x2193))
_ARABIC = (0x20, 0x7F), (0xA0, 0xA0), (0x600, 0x6FF), (0x200C, 0x200F), (0x2010, 0x2011), (0xFDF2, 0xFDFC)
_JOINED = ["init", "medi", "fina", "isol", "rlig", "liga", "calt"]  # without these Arabic falls apart
_SINGLES = (0x2116, 0x2122, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CF, 0xA78C)


def main(inter: str, arabic: str, phosphor: str = "") -> None:
    """Writes every font into `assets/app/fonts`."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for target, optical_size, weights in (
        ("Inter.ttf", 14, (400, 400, 700)),
        ("InterDisplay.ttf", 32, (600, 600, 700)),
    ):
        font = _cut(_with_tabular_digits(TTFont(inter)), _latin())
        instantiateVariableFont(font, {"opsz": optical_size, "wght": weights}).save(TARGET / target)
    joined = _cut(TTFont(arabic), {code for first, last in _ARABIC for code in range(first, last + 1)}, _JOINED)
    instantiateVariableFont(joined, {"wght": (400, 400, 700)}).save(TARGET / "NotoSansArabic.ttf")
    if not phosphor:
        return
    for weight, target in (("regular", "Icons.ttf"), ("fill", "IconsFill.ttf")):
        _icons(Path(phosphor) / "src" / weight, TARGET / target)


def _latin() -> set[int]:
    return {code for first, last in _LATIN for code in range(first, last + 1)} | set(_SINGLES)


def _with_tabular_digits(font: TTFont) -> TTFont:
    """Has each digit show the glyph that the feature `tnum` would put in its place.

    Digits alone: the feature widens signs as well, and then "e-mail" falls into two words.
    """
    substitutions: dict[str, str] = {}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for each in table.LookupList.Lookup[index].SubTable:
                    substitutions |= getattr(each, "ExtSubTable", each).mapping
    for cmap in font["cmap"].tables:
        cmap.cmap = {
            code: substitutions.get(name, name) if chr(code).isdecimal() else name for code, name in cmap.cmap.items()
        }
    return font


def _cut(font: TTFont, codes: set[int], features: Sequence[str] = ()) -> TTFont:
    kept = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", *features]
    options = subset.Options(layout_features=kept, notdef_outline=True, glyph_names=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    return font


def _icons(source: Path, target: Path) -> None:
    selection = json.loads((source / "selection.json").read_text())
    codes = {
        alias.strip().removesuffix("-fill"): each["properties"]["code"]
        for each in selection["icons"]
        for alias in each["properties"]["name"].split(",")
    }
    font = TTFont(next(source.glob("Phosphor*.ttf")))
    for cmap in font["cmap"].tables:
        cmap.cmap = {ord(glyph): cmap.cmap[codes[name]] for name, glyph in ICONS.items()}
    cut = _cut(font, {ord(glyph) for glyph in ICONS.values()})
    for name in cut.getGlyphOrder():
        # Phosphor states no side bearings, and engines that heed them draw every icon too far to the left.
        outline = cut["glyf"][name]
        outline.expand(cut["glyf"])
        outline.recalcBounds(cut["glyf"])
        cut["hmtx"][name] = (cut["hmtx"][name][0], outline.xMin)
    cut.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
