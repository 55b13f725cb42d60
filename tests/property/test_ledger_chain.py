"""The chain holds for what was sealed, and breaks at the first thing that was touched."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.ledger.domain.chain import Entry, EntryKind, Head, extend, microseconds
from backend.ledger.domain.journal import PostedJournal, canonical_bytes
from backend.ledger.verifier import Verifier, Wrong, journal_hash, packed
from tests.builders.ledger import journals_with_ids

TENANT = UUID("0190a000-0000-7000-8000-000000000001")
OTHER_TENANT = UUID("0190a000-0000-7000-8000-000000000002")
Row = dict[str, Any]

runs = st.lists(journals_with_ids(), min_size=1, max_size=6, unique_by=lambda journal: journal.id)


def entry_of(posted: PostedJournal, position: int) -> Entry:
    return Entry(
        kind=EntryKind.JOURNAL,
        id=posted.id,
        posted_at=posted.posted_at,
        position=position,
        content_hash=posted.content_hash,
        counts_on=posted.effective_on,
    )


def entries(journals: list[PostedJournal]) -> list[Entry]:
    return [entry_of(posted, place) for place, posted in enumerate(journals)]


def exported(journals: list[PostedJournal]) -> list[Row]:
    """The journals as an export shows them, sealed."""
    seals = extend(TENANT, Head(), entries(journals))
    rows = []
    for place, (posted, seal) in enumerate(zip(journals, seals, strict=True)):
        journal = posted.journal
        day = journal.effective_on.isoformat()
        content = json.loads(canonical_bytes(journal).partition(b"\n")[2])
        lines = [
            [
                line,
                p["account"],
                p["currency"],
                p["amount_minor"] * (1 if p["side"] == "debit" else -1),
                p["loan_id"],
                p["party_id"],
                day,
            ]
            for line, p in enumerate(content["postings"], start=1)
        ]
        content |= {"postings": lines, "counts_on": day, "metadata": content.get("metadata", {})}
        content |= {"posting_count": len(lines), "content_hash": posted.content_hash.hex()}
        order = {"xid": "7", "seal_xid": "7", "position": place, "seal_position": place}
        times = {"moment": microseconds(seal.moment), "posted_at": microseconds(posted.posted_at)}
        named = {
            "type": "entry",
            "height": seal.height,
            "kind": "journal",
            "id": str(posted.id),
            "hash": seal.hash.hex(),
        }
        rows.append({**named, **order, **times, "content": content})
    return rows


def first_wrong(rows: list[Row], tenant: UUID = TENANT) -> Wrong | None:
    verifier = Verifier(tenant, after=(0, bytes(32), 0))
    try:
        for row in rows:
            verifier.check(row)
    except Wrong as wrong:
        return wrong
    return None


@settings(max_examples=30)
@given(runs)
def test_what_was_sealed_holds_and_counts_from_one(journals: list[PostedJournal]) -> None:
    seals = extend(TENANT, Head(), entries(journals))

    assert [seal.height for seal in seals] == list(range(1, len(journals) + 1))
    assert first_wrong(exported(journals)) is None


@settings(max_examples=30)
@given(runs, st.integers(0, 6))
def test_sealing_in_two_goes_gives_the_same_chain(journals: list[PostedJournal], cut: int) -> None:
    all_of_it = entries(journals)
    first = extend(TENANT, Head(), all_of_it[:cut])
    head = Head(height=first[-1].height, hash=first[-1].hash, moment=first[-1].moment) if first else Head()

    assert first + extend(TENANT, head, all_of_it[cut:]) == extend(TENANT, Head(), all_of_it)


@settings(max_examples=30)
@given(runs)
def test_moments_never_go_back(journals: list[PostedJournal]) -> None:
    moments = [seal.moment for seal in extend(TENANT, Head(), entries(journals))]

    assert moments == sorted(moments)
    assert moments[-1] == max(journal.posted_at for journal in journals)


CHANGES: dict[str, Callable[[Row], object]] = {
    "height": lambda row: row.update(height=row["height"] + 1),
    "kind": lambda row: row.update(kind="hold"),
    "id": lambda row: row.update(id=str(UUID(int=UUID(row["id"]).int ^ 1))),
    "hash": lambda row: row.update(hash="00" * 32),
    "moment": lambda row: row.update(moment=row["moment"] + 1),
    "seal_xid": lambda row: row.update(seal_xid="8"),
    "seal_position": lambda row: row.update(seal_position=99),
    "xid": lambda row: row.update(xid="8"),
    "position": lambda row: row.update(position=99, seal_position=99),
    "posted_at": lambda row: row.update(posted_at=row["posted_at"] - 1),
    "gone": lambda row: row.update(content=None),
    "key": lambda row: row["content"].update(key=row["content"]["key"] + "x"),
    "effective_on": lambda row: row["content"].update(effective_on="1999-01-01"),
    "counts_on": lambda row: row["content"].update(counts_on="1999-01-01"),
    "description": lambda row: row["content"].update(description="another"),
    "source": lambda row: row["content"].update(source="another"),
    "source_id": lambda row: row["content"].update(source_id=str(TENANT)),
    "reverses": lambda row: row["content"].update(reverses=str(TENANT)),
    "metadata": lambda row: row["content"].update(metadata={"a": "b"}),
    "posting_count": lambda row: row["content"].update(posting_count=99),
    "content_hash": lambda row: row["content"].update(content_hash="00" * 32),
    "account": lambda row: row["content"]["postings"][0].__setitem__(1, "petty_cash"),
    "currency": lambda row: row["content"]["postings"][0].__setitem__(2, "XTS"),
    "amount": lambda row: row["content"]["postings"][0].__setitem__(3, 3),
    "loan": lambda row: row["content"]["postings"][0].__setitem__(4, str(OTHER_TENANT)),
    "party": lambda row: row["content"]["postings"][0].__setitem__(5, str(OTHER_TENANT)),
    "line": lambda row: row["content"]["postings"][0].__setitem__(0, 9),
    "day": lambda row: row["content"]["postings"][0].__setitem__(6, "1999-01-01"),
}


@pytest.mark.parametrize("change", CHANGES)
@settings(max_examples=10)
@given(journals=runs, data=st.data())
def test_whatever_is_changed_of_an_entry_is_found_where_it_stands(
    change: str, journals: list[PostedJournal], data: st.DataObject
) -> None:
    rows = exported(journals)
    at = data.draw(st.integers(0, len(rows) - 1))
    tampered = copy.deepcopy(rows)
    CHANGES[change](tampered[at])

    wrong = first_wrong(tampered)

    assert wrong is not None
    assert change == "height" or wrong.height == at + 1


@settings(max_examples=30)
@given(st.lists(journals_with_ids(), min_size=2, max_size=6, unique_by=lambda journal: journal.id), st.data())
def test_a_missing_entry_and_two_that_changed_places_are_noticed(
    journals: list[PostedJournal], data: st.DataObject
) -> None:
    rows = exported(journals)
    gone = data.draw(st.integers(0, len(journals) - 2))

    wrong = first_wrong(rows[:gone] + rows[gone + 1 :])
    swapped = first_wrong([*rows[:gone], rows[gone + 1], rows[gone], *rows[gone + 2 :]])

    assert wrong is not None
    assert wrong.why == f"height {gone + 1} is missing"
    assert swapped is not None


@given(journals_with_ids())
def test_a_chain_belongs_to_one_tenant(journal: PostedJournal) -> None:
    assert extend(TENANT, Head(), entries([journal])) != extend(OTHER_TENANT, Head(), entries([journal]))
    assert first_wrong(exported([journal]), OTHER_TENANT) is not None


@given(journals_with_ids())
def test_the_script_that_stands_alone_writes_journals_as_the_platform_does(journal: PostedJournal) -> None:
    row = exported([journal])[0]

    assert journal_hash(row["content"]) == journal.journal.content_hash


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
        lambda inner: st.lists(inner) | st.dictionaries(st.text("abcxyz_", max_size=9), inner),
    )
)
def test_both_write_the_same_json(value: Any) -> None:
    assert packed(value) == msgspec.json.encode(value, order="sorted")


def test_microseconds_are_exact_far_from_the_epoch() -> None:
    assert microseconds(datetime(2261, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) % 1_000_000 == 999_999
