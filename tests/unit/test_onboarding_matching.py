import pytest

from backend.onboarding.domain.matching import NameAgreement, match_names


@pytest.mark.parametrize(
    ("document", "given"),
    [
        ("OKAFOR ADA NGOZI", "Ada Ngozi Okafor"),
        ("ONEIL SHAUN", "Shaun O'Neil"),
        ("MUELLER JUERGEN", "Jürgen Müller"),
        ("MULLER JURGEN", "Jürgen Müller"),
        ("GROESSE HANS", "Hans Größe"),
        ("LUKASZ LODZ", "Łukasz Łódź"),
        ("ADEOLA BELLO", "Ade-Ola Bello"),
        ("BELLO AMINU", "Alhaji Aminu Bello"),
        ("OGUNDIPE SEYI", "Ṣèyí Ògúndípẹ̀"),
    ],
)
def test_spelling_order_accents_and_titles_do_not_matter(document: str, given: str) -> None:
    assert match_names(document, given).agreement is NameAgreement.EXACT


@pytest.mark.parametrize(
    ("document", "given"),
    [
        ("OKAFOR ADA NGOZI", "Ada Okafor"),
        ("OKAFOR ADA", "Ada Ngozi Okafor"),
        ("OKAFOR ADA N", "Ada Ngozi Okafor"),
        ("OKAFOR ADAEZE", "Adaeze Okafro"),
        ("OKAFOR CHUKWUEMEKA", "Chukwuemeeka Okafor"),
        ("VAN DER BERG JAN", "Jan Berg"),
    ],
)
def test_dropped_middle_names_initials_and_one_slip_are_forgiven(document: str, given: str) -> None:
    match = match_names(document, given)

    assert match.agreement is NameAgreement.CLOSE
    assert match.acceptable


@pytest.mark.parametrize(
    ("document", "given"),
    [
        ("OBI ADA", "Ada Eze"),
        ("OKAFOR ADA NGOZI", "Ada Okafor Blessing"),
        ("OKAFOR", "Okafor Ada"),
        ("OKAFOR ADA", "A. O."),
    ],
)
def test_one_word_in_common_or_words_to_spare_on_both_sides_are_no_agreement(document: str, given: str) -> None:
    assert not match_names(document, given).acceptable


def test_short_names_allow_no_slip() -> None:
    assert match_names("ADE OBI", "Ada Obi").agreement is NameAgreement.PARTIAL


def test_what_found_no_partner_is_told() -> None:
    match = match_names("OKAFOR ADA NGOZI", "Ada Eze")

    assert match.only_on_document == ("NGOZI", "OKAFOR")
    assert match.only_given == ("EZE",)


def test_a_word_cut_off_by_the_zone_is_a_beginning() -> None:
    document, given = "ARAUJO ANDRE ESTEV", "André Estevão Araújo"

    assert not match_names(document, given).acceptable
    assert match_names(document, given, document_truncated=True).acceptable


@pytest.mark.parametrize("nothing", ["", "  ", "123", "Mr"])
def test_no_name_agrees_with_nothing(nothing: str) -> None:
    assert match_names(nothing, nothing).agreement is NameAgreement.NONE
    assert match_names("OKAFOR ADA", nothing).agreement is NameAgreement.NONE
