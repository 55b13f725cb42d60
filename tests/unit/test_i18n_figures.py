"""Money, percentages and dates as people of each language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from shared.i18n import DateStyle, Language, localizer
from shared.money import Money

NAIRA = Money.of(123_456_750, "NGN")


@pytest.mark.parametrize("language", Language)
def test_the_naira_has_its_sign_in_every_language(language: Language) -> None:
    assert "₦" in localizer(language).money(NAIRA)
    assert "NGN" not in localizer(language).money(NAIRA)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.ENGLISH, "₦1,234,567.50"),
        (Language.FRENCH, "1\u202f234\u202f567,50\xa0₦"),
        (Language.HAUSA, "₦\xa01,234,567.50"),
        (Language.YORUBA, "₦1,234,567.50"),
        (Language.IGBO, "₦1,234,567.50"),
        (Language.SWAHILI, "₦\xa01,234,567.50"),
        (Language.ARABIC, "\u200f1,234,567.50\xa0₦"),
        (Language.PORTUGUESE_BRAZIL, "₦\xa01.234.567,50"),
    ],
)
def test_money_is_written_with_the_separators_of_the_language(language: Language, expected: str) -> None:
    assert localizer(language).money(NAIRA) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (Money.of(1_050, "JPY"), "JP¥1,050"),
        (Money.of(1_050, "KWD"), "KWD\xa01.050"),
        (Money.of(5, "RWF"), "RWF\xa05"),
        (Money.of(1_500, "IQD"), "IQD\xa01.500"),  # CLDR would drop the fils
        (Money.of(0, "NGN"), "₦0.00"),
        (Money.of(-1, "NGN"), "-₦0.01"),
        (Money.of(10**15, "NGN"), "₦10,000,000,000,000.00"),
    ],
)
def test_money_shows_every_digit_of_its_minor_unit(amount: Money, expected: str) -> None:
    assert localizer(Language.ENGLISH).money(amount) == expected


def test_a_negative_amount_in_arabic_keeps_its_sign_beside_the_digits() -> None:
    assert localizer(Language.ARABIC).money(Money.of(-1_250, "NGN")) == "\u200f\u200e-12.50\xa0₦"


@pytest.mark.parametrize(
    ("language", "expected"),
    [(Language.ENGLISH, "24.5%"), (Language.FRENCH, "24,5\xa0%"), (Language.PORTUGUESE_BRAZIL, "24,5%")],
)
def test_a_percentage_is_shown_as_it_counts(language: Language, expected: str) -> None:
    assert localizer(language).percent(Decimal("24.50")) == expected


def test_a_percentage_is_not_rounded() -> None:
    assert localizer(Language.ENGLISH).percent(Decimal("0.123456789")) == "0.123456789%"


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        (Language.ENGLISH, "21 November 2026", "21 Nov 2026"),
        (Language.FRENCH, "21 novembre 2026", "21 nov. 2026"),
        (Language.HAUSA, "21 Nuwamba, 2026", "21 Nuw, 2026"),
        (Language.YORUBA, "21 Oṣù Bélú 2026", "21 Oṣù Bélú 2026"),
        (Language.IGBO, "21 Novemba 2026", "21 Nov 2026"),
        (Language.SWAHILI, "21 Novemba 2026", "21 Nov 2026"),
        (Language.ARABIC, "21 نوفمبر 2026", "21 نوفمبر 2026"),
        (Language.PORTUGUESE_BRAZIL, "21 de novembro de 2026", "21 de nov. de 2026"),
    ],
)
def test_a_date_has_its_day_first_and_its_month_in_letters(language: Language, long: str, short: str) -> None:
    loc = localizer(language)

    assert loc.date(date(2026, 11, 21)) == long
    assert loc.date(date(2026, 11, 21), DateStyle.SHORT) == short


@pytest.mark.parametrize("language", Language)
def test_an_instant_is_shown_on_the_clock_of_its_zone(language: Language) -> None:
    shown = localizer(language).instant(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), "Africa/Lagos")

    assert "22" in shown
    assert "2026" in shown
    assert "30" in shown


@pytest.mark.parametrize(
    ("language", "written"),
    [(Language.ENGLISH, "9:00\u202fpm"), (Language.FRENCH, "21:00"), (Language.ARABIC, "9:00 م")],
)
def test_a_full_hour_is_written_as_the_language_writes_the_time(language: Language, written: str) -> None:
    assert localizer(language).hour(21) == written
