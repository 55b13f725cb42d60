from datetime import date

import pytest

from backend.onboarding.domain.errors import UnreadableMrz
from backend.onboarding.domain.mrz import MrzCheck, Sex, check_digit, parse_mrz
from backend.onboarding.domain.mrz_layout import MrzFormat

ON = date(2026, 11, 22)


def passport(
    *,
    names: str = "OKAFOR<<ADA<NGOZI",
    state: str = "NGA",
    nationality: str = "NGA",
    number: str = "A12345678",
    birth: str = "910523",
    sex: str = "F",
    expiry: str = "310522",
    personal: str = "12345678901",
) -> list[str]:
    """A passport's zone with every digit right."""
    personal = personal.ljust(14, "<")
    dated = f"{birth}{check_digit(birth)}"
    left = f"{number}{check_digit(number)}{nationality:<<3}{dated}{sex}"
    right = f"{expiry}{check_digit(expiry)}{personal}{check_digit(personal)}"
    composite = check_digit(left[:10] + dated + right)
    return [f"P<{state:<<3}{names}".ljust(44, "<"), f"{left}{right}{composite}"]


def visa(width: int) -> list[str]:
    first = "VNNGAOKAFOR<<ADA".ljust(width, "<")
    second = f"V12345678{check_digit('V12345678')}NGA910523{check_digit('910523')}F270101{check_digit('270101')}"
    return [first, second.ljust(width, "<")]


def test_a_passport_is_read_whole() -> None:
    zone = parse_mrz(passport(), on=ON)

    assert zone.valid
    assert zone.format is MrzFormat.TD3
    assert (zone.surname, zone.given_names) == ("OKAFOR", "ADA NGOZI")
    assert (zone.issuing_state, zone.nationality, zone.document_code) == ("NGA", "NGA", "P")
    assert (zone.document_number, zone.personal_number) == ("A12345678", "12345678901")
    assert (zone.birth_date, zone.expires_on) == (date(1991, 5, 23), date(2031, 5, 22))
    assert zone.sex is Sex.FEMALE
    assert not zone.names_truncated


@pytest.mark.parametrize(("width", "kind"), [(44, MrzFormat.MRV_A), (36, MrzFormat.MRV_B)])
def test_visas_are_told_from_passports_and_cards_and_have_no_composite_digit(width: int, kind: MrzFormat) -> None:
    zone = parse_mrz(visa(width), on=ON)

    assert zone.valid
    assert zone.format is kind
    assert zone.composite_digit is None
    assert zone.document_number == "V12345678"


def test_a_zone_may_come_as_one_text_in_small_letters_with_spaces() -> None:
    text = "  " + "\r\n".join(passport()).lower() + "\n\n"

    assert parse_mrz(text, on=ON).valid


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        ({"state": "UTO"}, MrzCheck.ISSUING_STATE),
        ({"state": "QQQ"}, MrzCheck.ISSUING_STATE),
        ({"nationality": "ZZZ"}, MrzCheck.NATIONALITY),
        ({"birth": "910230"}, MrzCheck.BIRTH_DATE),
        ({"expiry": "311301"}, MrzCheck.EXPIRY_DATE),
        ({"expiry": "<<<<<<"}, MrzCheck.EXPIRY_DATE),
        ({"sex": "Q"}, MrzCheck.SEX),
        ({"names": "OKAF0R<<ADA"}, MrzCheck.NAMES),
        ({"names": "OKAFOR<<ADA<<EVE"}, MrzCheck.NAMES),
        ({"names": ""}, MrzCheck.NAMES),
        ({"number": "<<<<<<<<<"}, MrzCheck.DOCUMENT_NUMBER),
    ],
)
def test_each_wrong_field_is_named_alone(change: dict[str, str], failed: MrzCheck) -> None:
    assert parse_mrz(passport(**change), on=ON).failed == (failed,)


def test_a_stateless_persons_travel_document_is_taken() -> None:
    assert parse_mrz(passport(nationality="XXA", state="D"), on=ON).valid


def test_an_unknown_day_of_birth_is_allowed_and_leaves_the_date_open() -> None:
    zone = parse_mrz(passport(birth="91<<<<"), on=ON)

    assert zone.valid
    assert zone.birth_date is None


def test_nobody_is_born_after_the_day_of_reading() -> None:
    assert parse_mrz(passport(birth="300101"), on=ON).birth_date == date(1930, 1, 1)
    assert parse_mrz(passport(birth="261122"), on=ON).birth_date == date(2026, 11, 22)


def test_an_expiry_date_belongs_to_the_century_around_the_day_of_reading() -> None:
    assert parse_mrz(passport(expiry="991231"), on=ON).expires_on == date(1999, 12, 31)
    assert parse_mrz(passport(expiry="760101"), on=ON).expires_on == date(2076, 1, 1)


def test_names_that_fill_their_field_may_have_been_cut() -> None:
    assert parse_mrz(passport(names="OKAFOR<<" + "A" * 31), on=ON).names_truncated


def test_a_passport_without_a_personal_number_may_leave_its_digit_out() -> None:
    lines = passport(personal="")
    second = lines[1][:42] + "<" + lines[1][43:]

    assert parse_mrz([lines[0], second], on=ON).valid


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [""],
        ["P<NGA"],
        ["A" * 44],
        ["A" * 44, "A" * 43],
        ["A" * 30] * 2,
        ["A" * 36] * 3,
        ["P<NGÄ" + "<" * 39, "<" * 44],
    ],
)
def test_what_is_no_zone_is_refused(lines: list[str]) -> None:
    with pytest.raises(UnreadableMrz):
        parse_mrz(lines, on=ON)
