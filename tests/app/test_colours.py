from hypothesis import given
from hypothesis import strategies as st

from app.design.colour import contrast, fade, from_hex, over, readable
from app.design.palette import Mode, palette

BRANDS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")
AA_TEXT, AA_CONTROL, AAA_TEXT = 4.5, 3, 7


def test_contrast_is_as_wcag_reckons_it() -> None:
    assert contrast("#000000", "#FFFFFF") == 21
    assert contrast("#777777", "#FFFFFF") < AA_TEXT < contrast("#767676", "#FFFFFF")


@given(BRANDS, st.sampled_from(Mode))
def test_every_text_of_every_brand_in_every_theme_can_be_read(brand: str, mode: Mode) -> None:
    for name, ink, ground in palette(mode, brand).text_pairs():
        assert contrast(ink, ground) >= AA_TEXT, (name, ink, ground)


@given(BRANDS, st.sampled_from(Mode))
def test_the_edge_of_every_control_of_every_brand_can_be_seen(brand: str, mode: Mode) -> None:
    for name, ink, ground in palette(mode, brand).control_pairs():
        assert contrast(ink, ground) >= AA_CONTROL, (name, ink, ground)


@given(BRANDS)
def test_high_contrast_is_that_for_words(brand: str) -> None:
    shown = palette(Mode.HIGH_CONTRAST, brand)

    assert contrast(shown.text, shown.ground) == 21
    assert contrast(shown.muted, shown.sunken) >= AAA_TEXT


@given(BRANDS)
def test_a_colour_survives_the_way_to_oklch_and_back(brand: str) -> None:
    there = from_hex(brand)
    back = from_hex(there.hex)

    assert abs(there.lightness - back.lightness) < 0.01
    assert abs(there.chroma - back.chroma) < 0.01


def test_what_is_readable_already_stays_as_it_is() -> None:
    assert readable(from_hex("#0F766E"), "#FFFFFF") == "#0F766E"


def test_alpha_is_written_as_flet_reads_it_and_laid_over_a_ground() -> None:
    assert fade("#0F766E", 0.5) == "#800F766E"
    assert over("#000000", 0.5, "#FFFFFF") == "#808080"
