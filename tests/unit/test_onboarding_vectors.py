"""The published vectors for machine-readable zones, account numbers and identifiers; skipped where they are absent."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.onboarding.bank_accounts import parse_iban
from backend.onboarding.domain.mrz import Mrz, MrzCheck, check_digit, parse_mrz
from backend.onboarding.domain.national_ids import NationalId, is_well_formed
from backend.onboarding.domain.nuban import is_nuban
from backend.onboarding.errors import InvalidIban

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"
ON = date(2026, 11, 22)


def vectors(name: str) -> list[Any]:
    path = VECTORS / f"{name}_shared.json"
    if not path.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the vectors are not beside the project"))]
    return [pytest.param(vector, id=vector["id"]) for vector in json.loads(path.read_text())["vectors"]]


@pytest.mark.parametrize("vector", vectors("mrz"))
def test_zones_agree_with_the_vectors(vector: dict[str, Any]) -> None:
    if vector["format"] == "CHECK_DIGIT":
        assert check_digit(vector["input"]) == vector["check_digit"]
        return

    zone = parse_mrz(vector["lines"], on=ON)

    assert zone.format == vector["format"].lower()
    if vector["strict_valid"] is not None:
        assert zone.valid is vector["strict_valid"], zone.failed
    for name, expected in vector["fields"].items():
        assert field(zone, name) == expected, name
    digit_checks = {
        "document": MrzCheck.DOCUMENT_NUMBER_DIGIT,
        "birth": MrzCheck.BIRTH_DATE_DIGIT,
        "expiry": MrzCheck.EXPIRY_DATE_DIGIT,
        "composite": MrzCheck.COMPOSITE_DIGIT,
    }
    for name, expected in vector.get("check_digits_ok", {}).items():
        assert (digit_checks[name] not in zone.failed) is expected, name


def field(zone: Mrz, name: str) -> str | None:
    assert zone.birth_date is not None
    assert zone.expires_on is not None
    return {
        "issuingState": zone.issuing_state,
        "nationality": zone.nationality,
        "documentNumber": zone.document_number,
        "documentNumberCheckDigit": zone.document_number_digit,
        "birthDate": zone.birth_date.strftime("%y%m%d"),
        "birthDateCheckDigit": zone.birth_date_digit,
        "expirationDate": zone.expires_on.strftime("%y%m%d"),
        "expirationDateCheckDigit": zone.expiry_date_digit,
        "sex": zone.sex.value,
        "lastName": zone.surname,
        "firstName": zone.given_names,
        "personalNumber": zone.personal_number,
        "compositeCheckDigit": zone.composite_digit,
    }[name]


@pytest.mark.parametrize("vector", vectors("nigeria_ids"))
def test_nigerian_identifiers_agree_with_the_vectors(vector: dict[str, Any]) -> None:
    assert is_well_formed(NationalId(vector["kind"]), vector["value"]) is vector["format_valid"]


@pytest.mark.parametrize("vector", vectors("nuban"))
def test_nubans_agree_with_the_vectors(vector: dict[str, Any]) -> None:
    assert is_nuban(vector["bank_code"], vector["account"]) is vector["valid"]


@pytest.mark.parametrize("vector", vectors("iban"))
def test_ibans_agree_with_the_vectors(vector: dict[str, Any]) -> None:
    if vector["valid"]:
        assert parse_iban(vector["iban"]).number == vector["iban"].replace(" ", "")
    else:
        with pytest.raises(InvalidIban):
            parse_iban(vector["iban"])
