from datetime import date

import pytest

from backend.onboarding.domain.cases import CaseStep
from backend.onboarding.domain.findings import contradictions, expiry_of, number_of, read_zone
from backend.onboarding.domain.verdicts import (
    Concern,
    Outcome,
    clean_reasons,
    good_until,
    message_for,
    step_for,
    tasks_for,
)
from shared.api.onboarding import IdentityDetailsIn, IdentityDocumentIn, IdentityDocumentKind
from shared.events.onboarding import PartyKind
from shared.ids import new_id
from tests.builders.onboarding import passport_zone

ON = date(2026, 11, 22)
ADA = IdentityDetailsIn(given_name="Ada", family_name="Pass", birth_date=date(1991, 5, 23), nationality="NG")


def document(
    mrz: list[str] | None = None, kind: IdentityDocumentKind = IdentityDocumentKind.PASSPORT, number: str | None = None
) -> IdentityDocumentIn:
    return IdentityDocumentIn(
        kind=kind, issuing_country="NG", front_id=new_id(), mrz=mrz, number=number, expires_on=date(2029, 1, 1)
    )


@pytest.mark.parametrize(
    ("outcome", "concerns", "step"),
    [
        (Outcome.PASSED, [], CaseStep.PASS),
        (Outcome.PASSED, [Concern.BVN_IN_USE], CaseStep.REFER),
        (Outcome.FAILED, [], CaseStep.FAIL),
        (Outcome.FAILED, [Concern.NAME_DIFFERS], CaseStep.FAIL),
        (Outcome.NEEDS_ACTION, [Concern.NAME_DIFFERS], CaseStep.ASK),
    ],
)
def test_a_pass_with_concerns_of_our_own_goes_to_a_person(
    outcome: Outcome, concerns: list[Concern], step: CaseStep
) -> None:
    assert step_for(outcome, concerns) is step


def test_reasons_name_the_tasks_to_do_again() -> None:
    asked = tasks_for(PartyKind.PERSON, ["selfie_unclear", "document_blurred", "document_incomplete"])

    assert asked == {"selfie": "selfie_unclear", "document": "document_blurred"}
    assert tasks_for(PartyKind.BUSINESS, ["owners_differ"]) == {"beneficial_owners": "owners_differ"}
    assert tasks_for(PartyKind.PERSON, []) == {"document": "document_not_accepted"}
    assert tasks_for(PartyKind.BUSINESS, ["never_heard_of"]) == {"registration_details": "never_heard_of"}


def test_foreign_text_does_not_pass_for_a_reason() -> None:
    reasons = ["document_blurred", "<script>", "Ada Pass, 1991", "document_blurred", "", "x" * 99]

    assert clean_reasons(reasons) == ("document_blurred",)
    assert len(clean_reasons(f"reason_{number}" for number in range(50))) == 10


def test_every_reason_has_words() -> None:
    assert "not sharp enough" in message_for("document_blurred")
    assert "support" in message_for("never_heard_of")


def test_a_case_is_good_for_two_years_or_as_long_as_its_document() -> None:
    assert good_until(PartyKind.PERSON, ON, None) == date(2028, 11, 21)
    assert good_until(PartyKind.PERSON, ON, date(2027, 1, 1)) == date(2027, 1, 1)
    assert good_until(PartyKind.PERSON, ON, date(2035, 1, 1)) == date(2028, 11, 21)
    assert good_until(PartyKind.BUSINESS, ON, None) == date(2027, 11, 22)


def test_a_zone_that_agrees_raises_no_concern() -> None:
    assert contradictions(ADA, read_zone(document(passport_zone("ADA", "PASS")), ON)) == ()
    assert contradictions(ADA, None) == ()


def test_each_contradiction_is_named() -> None:
    lines = passport_zone("EVE", "OTHER", birth="800101")
    lines = [lines[0], lines[1].replace("NGA", "GHA", 1)]

    assert contradictions(ADA, read_zone(document(lines), ON)) == (
        Concern.NAME_DIFFERS,
        Concern.BIRTH_DATE_DIFFERS,
        Concern.NATIONALITY_DIFFERS,
    )
    broken = [lines[0], lines[1][:-1] + "X"]
    assert Concern.MRZ_INVALID in contradictions(ADA, read_zone(document(broken), ON))


def test_what_the_zone_says_counts_before_what_was_typed() -> None:
    lines = passport_zone(expiry="310522")
    given = document(lines, number="typed")
    zone = read_zone(given, ON)

    assert expiry_of(given, zone) == date(2031, 5, 22)
    assert number_of(given, zone) == lines[1][:9]
    card = document(kind=IdentityDocumentKind.VOTERS_CARD, number="ab-12 34")
    assert expiry_of(card, read_zone(card, ON)) == date(2029, 1, 1)
    assert number_of(card, None) == "AB1234"
