"""Laws of the onboarding rules that hold for any input."""

from datetime import date, timedelta
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from backend.onboarding.domain.cases import CaseRules, CaseStep, complete, move, open_case
from backend.onboarding.domain.errors import IllegalCaseStep, UnreadableMrz
from backend.onboarding.domain.kyb_case import KYB
from backend.onboarding.domain.kyc_case import KYC
from backend.onboarding.domain.matching import NameAgreement, match_names
from backend.onboarding.domain.mrz import check_digit, parse_mrz
from backend.onboarding.domain.nuban import is_nuban, nuban_check_digit
from shared.api.onboarding import CaseState

ON = date(2026, 11, 22)
ZONE_TEXT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", min_size=1, max_size=44)
WORD = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=9)
ANY_NAME = st.text(max_size=40)


@given(ZONE_TEXT, st.data())
def test_a_changed_character_of_another_value_class_changes_the_check_digit(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789"))
    before, after = check_digit(text[place]), check_digit(other)
    assume(before % 10 != after % 10)

    changed = text[:place] + other + text[place + 1 :]

    assert check_digit(changed) != check_digit(text)


@given(st.lists(st.text(max_size=50), max_size=4) | st.text(max_size=140))
def test_reading_any_text_ends_in_a_zone_or_a_refusal(lines: list[str] | str) -> None:
    try:
        zone = parse_mrz(lines, on=ON)
    except UnreadableMrz:
        return
    assert not zone.valid


@given(
    size=st.sampled_from([(3, 30), (2, 36), (2, 44)]),
    data=st.data(),
    on=st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_any_zone_of_the_right_size_is_read_and_its_dates_are_plausible(
    size: tuple[int, int], data: st.DataObject, on: date
) -> None:
    line = st.text("ABIPV0123456789<", min_size=size[1], max_size=size[1])

    zone = parse_mrz([data.draw(line) for _ in range(size[0])], on=on)

    assert zone.birth_date is None or zone.birth_date <= on
    assert zone.expires_on is None or abs(zone.expires_on - on) <= timedelta(days=51 * 366)
    assert len(set(zone.failed)) == len(zone.failed)


@given(st.sampled_from(["011", "058", "000013", "090267"]), st.from_regex(r"\A[0-9]{9}\Z"))
def test_of_ten_account_numbers_with_one_serial_exactly_one_is_right(bank_code: str, serial: str) -> None:
    right = [digit for digit in range(10) if is_nuban(bank_code, f"{serial}{digit}")]

    assert right == [nuban_check_digit(bank_code, serial)]


@given(st.sampled_from([KYC, KYB]), st.lists(st.sampled_from(CaseStep), max_size=30))
def test_no_walk_leaves_the_table_and_withdrawn_cases_stay_so(rules: CaseRules, steps: list[CaseStep]) -> None:
    case = open_case(rules)
    for step in steps:
        before = case
        try:
            case = move(rules, case, step)
        except IllegalCaseStep:
            assert step not in rules.allowed(before.state)
            continue
        assert (before.state, step) in rules.transitions
        assert before.state is not CaseState.WITHDRAWN


@given(st.sampled_from([KYC, KYB]), st.data())
def test_tasks_may_be_done_in_any_order_and_more_than_once(rules: CaseRules, data: st.DataObject) -> None:
    order = data.draw(st.permutations(list(rules.tasks) * 2))
    case = open_case(rules)

    for task in order:
        case = complete(rules, case, task)

    assert not case.outstanding
    assert [task.name for task in case.tasks] == list(rules.tasks)
    assert case.state is CaseState.COLLECTING


@given(st.lists(WORD, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_name_agrees_exactly_with_itself_in_any_order(words: list[str], random: Random) -> None:
    shuffled = list(words)
    random.shuffle(shuffled)

    match = match_names(" ".join(["OKAFOR", *words]), " ".join([*shuffled, "okafor"]))

    assert match.agreement is NameAgreement.EXACT


@given(ANY_NAME, ANY_NAME)
def test_matching_never_breaks_and_always_answers_the_same(one: str, other: str) -> None:
    assert match_names(one, other) == match_names(one, other)
