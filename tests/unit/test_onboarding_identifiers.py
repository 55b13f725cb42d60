import pytest

from backend.onboarding.bank_accounts import parse_iban, parse_nuban
from backend.onboarding.domain.national_ids import NationalId, is_well_formed, normalise_id
from backend.onboarding.domain.nuban import is_nuban
from backend.onboarding.errors import InvalidIban, InvalidNuban


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        (NationalId.BVN, "222 333 44455", "22233344455"),
        (NationalId.VNIN, "ab-0123-4567-8910-yz", "AB012345678910YZ"),
        (NationalId.PHONE, "0803 123 4567", "+2348031234567"),
        (NationalId.PHONE, "+234 803 123 4567", "+2348031234567"),
        (NationalId.PHONE, "2347031234567", "+2347031234567"),
        (NationalId.CAC, "rc 1234567", "RC1234567"),
        (NationalId.CAC, "BN/123456", "BN123456"),
        (NationalId.TIN_FIRS, "12345678-0001", "123456780001"),
        (NationalId.TIN_JTB, "1012345678", "1012345678"),
    ],
)
def test_identifiers_are_kept_in_one_form(kind: NationalId, text: str, kept: str) -> None:
    assert normalise_id(kind, text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (NationalId.BVN, "2223334445"),
        (NationalId.BVN, "222333444556"),
        (NationalId.BVN, "2223334445A"),
        (NationalId.BVN, "٢٢٢٣٣٣٤٤٤٥٥"),
        (NationalId.NIN, ""),
        (NationalId.VNIN, "AB-0123-4567-8910"),
        (NationalId.PHONE, "06031234567"),
        (NationalId.PHONE, "+44 803 123 4567"),
        (NationalId.CAC, "1234567"),
        (NationalId.PLATE, "AB-123CDE"),
        (NationalId.TAX_ID_2026, "123456789012"),
        (NationalId.RSA_PIN, "123456789012"),
    ],
)
def test_misshapen_identifiers_are_refused(kind: NationalId, text: str) -> None:
    assert not is_well_formed(kind, text)


@pytest.mark.parametrize(
    ("bank_code", "account"),
    [("01", "0000000017"), ("0111", "0000000017"), ("011", "000000017"), ("011", "00000000017"), ("011", "000000001x")],
)
def test_misshapen_accounts_are_no_nubans(bank_code: str, account: str) -> None:
    assert not is_nuban(bank_code, account)


def test_a_nuban_is_kept_with_its_bank() -> None:
    account = parse_nuban("058", "0152 792 740")

    assert (account.country, account.bank_code, account.number) == ("NG", "058", "0152792740")
    with pytest.raises(InvalidNuban):
        parse_nuban("011", "0152792740")


def test_an_iban_is_kept_without_spaces() -> None:
    account = parse_iban("gb29 nwbk 6016 1331 9268 19")

    assert (account.country, account.bank_code, account.number) == ("GB", "NWBK", "GB29NWBK60161331926819")


def test_a_wrong_iban_is_refused_without_repeating_it() -> None:
    with pytest.raises(InvalidIban) as refused:
        parse_iban("GB29 NWBK 6016 1331 9268 18")

    assert "9268" not in refused.value.detail.replace(" ", "")
    with pytest.raises(InvalidIban, match="too long"):
        parse_iban("G" * 100)
