"""Journals balance per currency, reverse to nothing, and have one canonical form."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.ledger.domain.balances import Volume, differences
from backend.ledger.domain.chart import AccountKind, Side, normal_side
from backend.ledger.domain.journal import (
    Journal,
    PostedJournal,
    Posting,
    canonical_bytes,
    credit,
    debit,
    imbalance,
    reversal,
)
from backend.ledger.domain.templates import LENDER_CHART, Account
from backend.ledger.errors import JournalMalformed, JournalUnbalanced
from shared.money import MAX_MINOR
from tests.builders.ledger import balanced_journals, journals_with_ids, postings


@given(balanced_journals())
def test_a_balanced_journal_passes_its_own_check(journal: Journal) -> None:
    assert journal.checked() is journal
    assert set(imbalance(journal.postings).values()) == {0}


@given(balanced_journals(), st.integers(1, 10**6))
def test_one_minor_unit_too_many_is_refused_and_the_currency_is_named(journal: Journal, surplus: int) -> None:
    first = journal.postings[0]
    assume(first.amount_minor + surplus <= MAX_MINOR)
    crooked = Posting(
        account=first.account, side=first.side, amount_minor=first.amount_minor + surplus, currency=first.currency
    )

    with pytest.raises(JournalUnbalanced) as refusal:
        replaced(journal, postings=(crooked, *journal.postings[1:])).checked()

    assert refusal.value.params["currency"] == first.currency
    assert refusal.value.params["difference_minor"] == first.side.sign * surplus


@given(journals_with_ids())
def test_a_reversal_takes_every_balance_back_to_nothing(posted: PostedJournal) -> None:
    undone = reversal(posted, key="undo", effective_on=posted.journal.effective_on)

    both = [*posted.journal.postings, *undone.checked().postings]
    nets: dict[tuple[object, ...], int] = {}
    for posting in both:
        owner = (posting.account, posting.currency, posting.loan_id, posting.party_id)
        nets[owner] = nets.get(owner, 0) + posting.signed_minor
    assert set(nets.values()) == {0}
    assert undone.reverses == posted.id


@given(journals_with_ids())
def test_a_reversal_is_not_reversed_again(posted: PostedJournal) -> None:
    undone = reversal(posted, key="undo", effective_on=posted.journal.effective_on)
    again = PostedJournal(id=posted.id, posted_at=posted.posted_at, journal=undone, content_hash=undone.content_hash)

    with pytest.raises(JournalMalformed):
        reversal(again, key="redo", effective_on=posted.journal.effective_on)


@given(balanced_journals())
def test_the_canonical_form_reads_back_as_json_with_sorted_keys(journal: Journal) -> None:
    tag, _, body = canonical_bytes(journal).partition(b"\n")

    content = json.loads(body)
    assert tag == b"caas.journal.v1"
    assert list(content) == sorted(content)
    assert [line["amount_minor"] for line in content["postings"]] == [p.amount_minor for p in journal.postings]


@given(balanced_journals())
def test_any_change_of_content_changes_the_hash(journal: Journal) -> None:
    changed = [
        replaced(journal, key=journal.key + "x"),
        replaced(journal, description=journal.description + "x"),
        replaced(journal, effective_on=journal.effective_on + timedelta(days=1)),
        replaced(journal, postings=tuple(p.swapped() for p in journal.postings)),
        replaced(journal, postings=(*journal.postings, journal.postings[0])),
    ]

    hashes = {other.content_hash for other in changed}
    assert journal.content_hash not in hashes
    assert len(hashes) == len(changed)


@given(st.lists(postings(), max_size=30))
def test_differences_agree_with_the_postings_they_came_from(lines: list[Posting]) -> None:
    volumes = [
        Volume(
            account=line.account,
            currency=line.currency,
            debit_minor=line.amount_minor if line.side is Side.DEBIT else 0,
            credit_minor=line.amount_minor if line.side is Side.CREDIT else 0,
        )
        for line in lines
    ]

    assert differences(volumes) == imbalance(tuple(lines))


@pytest.mark.parametrize("count", [0, 1, 201])
def test_a_journal_has_two_to_two_hundred_postings(count: int) -> None:
    journal = Journal(
        key="k", kind="test", effective_on=date(2026, 1, 1), postings=(debit("rail_cash", 1, "NGN"),) * count
    )

    with pytest.raises(JournalMalformed):
        journal.checked()


@pytest.mark.parametrize("amount", [0, -1, MAX_MINOR + 1])
def test_an_amount_is_above_zero_and_bounded(amount: int) -> None:
    journal = Journal(
        key="k",
        kind="test",
        effective_on=date(2026, 1, 1),
        postings=(debit("rail_cash", amount, "NGN"), credit("capital", amount, "NGN")),
    )

    with pytest.raises(JournalMalformed):
        journal.checked()


def test_currencies_never_make_up_for_each_other() -> None:
    journal = Journal(
        key="k",
        kind="test",
        effective_on=date(2026, 1, 1),
        postings=(debit("rail_cash", 5, "NGN"), credit("rail_cash", 5, "KWD")),
    )

    with pytest.raises(JournalUnbalanced):
        journal.checked()


def test_the_chart_names_every_account_once_with_a_number_of_its_kind() -> None:
    codes = [entry.code for entry in LENDER_CHART]
    numbers = [entry.number for entry in LENDER_CHART]

    assert sorted(codes) == sorted(account.value for account in Account)
    assert numbers == sorted(set(numbers))
    digit = {
        AccountKind.ASSET: 1,
        AccountKind.LIABILITY: 2,
        AccountKind.EQUITY: 3,
        AccountKind.INCOME: 4,
        AccountKind.EXPENSE: 5,
    }
    assert all(entry.number // 1000 == digit[entry.kind] for entry in LENDER_CHART)


def test_assets_and_expenses_grow_by_debits_and_the_rest_by_credits() -> None:
    assert {kind for kind in AccountKind if normal_side(kind) is Side.DEBIT} == {AccountKind.ASSET, AccountKind.EXPENSE}


def replaced(journal: Journal, **changes: object) -> Journal:
    fields = {name: getattr(journal, name) for name in journal.__struct_fields__}
    return Journal(**{**fields, **changes})
