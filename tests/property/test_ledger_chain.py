"""The chain holds for what was sealed, and breaks at the first thing that was touched."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.ledger.domain.chain import GENESIS, Head, Seal, extend, first_break
from backend.ledger.domain.journal import PostedJournal
from tests.builders.ledger import journals_with_ids, posted

TENANT = UUID("0190a000-0000-7000-8000-000000000001")
OTHER_TENANT = UUID("0190a000-0000-7000-8000-000000000002")

runs = st.lists(journals_with_ids(), min_size=1, max_size=6, unique_by=lambda journal: journal.id)


@settings(max_examples=30)
@given(runs)
def test_what_was_sealed_holds_and_counts_from_one(journals: list[PostedJournal]) -> None:
    seals = extend(TENANT, Head(), journals)

    assert [seal.height for seal in seals] == list(range(1, len(journals) + 1))
    assert first_break(TENANT, Head(), zip(seals, journals, strict=True)) is None


@settings(max_examples=30)
@given(runs, st.integers(0, 6))
def test_sealing_in_two_goes_gives_the_same_chain(journals: list[PostedJournal], cut: int) -> None:
    first = extend(TENANT, Head(), journals[:cut])
    head = Head(height=first[-1].height, hash=first[-1].hash) if first else Head()

    assert first + extend(TENANT, head, journals[cut:]) == extend(TENANT, Head(), journals)


@settings(max_examples=30)
@given(runs, st.data())
def test_a_changed_journal_breaks_the_chain_where_it_stands(journals: list[PostedJournal], data: st.DataObject) -> None:
    seals = extend(TENANT, Head(), journals)
    at = data.draw(st.integers(0, len(journals) - 1))
    victim = journals[at]
    tampered = PostedJournal(
        id=victim.id,
        posted_at=victim.posted_at,
        journal=data.draw(journals_with_ids().filter(lambda j: j.journal != victim.journal)).journal,
        content_hash=victim.content_hash,
    )

    broken = first_break(TENANT, Head(), zip(seals, [*journals[:at], tampered, *journals[at + 1 :]], strict=True))

    assert broken is not None
    assert broken.height == at + 1


@settings(max_examples=30)
@given(runs, st.data())
def test_a_changed_journal_with_a_mended_hash_breaks_the_chain_too(
    journals: list[PostedJournal], data: st.DataObject
) -> None:
    seals = extend(TENANT, Head(), journals)
    at = data.draw(st.integers(0, len(journals) - 1))
    victim = journals[at]
    other = data.draw(journals_with_ids().filter(lambda j: j.journal != victim.journal)).journal

    mended = posted(other, victim.id, victim.posted_at)
    broken = first_break(TENANT, Head(), zip(seals, [*journals[:at], mended, *journals[at + 1 :]], strict=True))

    assert broken is not None
    assert broken.height == at + 1


@settings(max_examples=30)
@given(st.lists(journals_with_ids(), min_size=2, max_size=6, unique_by=lambda journal: journal.id), st.data())
def test_a_missing_journal_is_noticed(journals: list[PostedJournal], data: st.DataObject) -> None:
    sealed = list(zip(extend(TENANT, Head(), journals), journals, strict=True))
    gone = data.draw(st.integers(0, len(journals) - 2))

    broken = first_break(TENANT, Head(), sealed[:gone] + sealed[gone + 1 :])

    assert broken is not None
    assert broken.why == f"height {gone + 1} is missing"


@given(journals_with_ids())
def test_a_chain_belongs_to_one_tenant(journal: PostedJournal) -> None:
    assert extend(TENANT, Head(), [journal]) != extend(OTHER_TENANT, Head(), [journal])


@given(journals_with_ids(), journals_with_ids())
def test_a_seal_that_names_another_journal_is_a_break(one: PostedJournal, other: PostedJournal) -> None:
    seal = Seal(height=1, journal_id=other.id, hash=extend(TENANT, Head(), [one])[0].hash)

    broken = first_break(TENANT, Head(height=0, hash=GENESIS), [(seal, one)])

    assert one.id == other.id or (broken is not None and broken.height == 1)
