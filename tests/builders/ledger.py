"""Journals for tests: named ones, and Hypothesis strategies for any."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import strategies as st

from backend.ledger.domain.chart import Side
from backend.ledger.domain.journal import Journal, PostedJournal, Posting, credit, debit
from backend.ledger.domain.templates import LENDER_CHART, Account

CURRENCIES = ("NGN", "JPY", "KWD")
MAX_TEST_MINOR = 10**12
UNGUARDED = tuple(entry.code for entry in LENDER_CHART if not entry.guarded)


def a_journal(key: str = "k", amount_minor: int = 1_000, currency: str = "NGN", **changes: object) -> Journal:
    """Capital paid in: the plainest journal there is."""
    fields: dict[str, object] = {
        "key": key,
        "kind": "capital_paid_in",
        "effective_on": date(2026, 1, 5),
        "postings": (
            debit(Account.RAIL_CASH, amount_minor, currency),
            credit(Account.CAPITAL, amount_minor, currency),
        ),
        **changes,
    }
    return Journal(**fields)  # type: ignore[arg-type]


@st.composite
def postings(
    draw: st.DrawFn,
    side: Side | None = None,
    currency: str | None = None,
    accounts: tuple[str, ...] = tuple(Account),
) -> Posting:
    return Posting(
        account=str(draw(st.sampled_from(accounts))),
        side=side or draw(st.sampled_from(Side)),
        amount_minor=draw(st.integers(1, MAX_TEST_MINOR)),
        currency=currency or draw(st.sampled_from(CURRENCIES)),
        loan_id=draw(st.none() | st.uuids()),
        party_id=draw(st.none() | st.uuids()),
    )


@st.composite
def balanced_journals(draw: st.DrawFn, accounts: tuple[str, ...] = tuple(Account)) -> Journal:
    """Postings on one side in some currencies, with one posting a currency that makes up for them on the other."""
    lines: list[Posting] = []
    for currency in draw(st.lists(st.sampled_from(CURRENCIES), min_size=1, max_size=3, unique=True)):
        side = draw(st.sampled_from(Side))
        group = draw(st.lists(postings(side=side, currency=currency, accounts=accounts), min_size=1, max_size=5))
        total = sum(posting.amount_minor for posting in group)
        counter = debit if side is Side.CREDIT else credit
        lines += [*group, counter(Account.RAIL_CASH, total, currency)]
    return Journal(
        key=draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)),
        kind=draw(st.sampled_from(["payout_sent", "payment_received"])),
        effective_on=draw(st.dates(date(2020, 1, 1), date(2040, 1, 1))),
        postings=tuple(lines),
        description=draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)),
        source="tests",
        source_id=draw(st.none() | st.uuids()),
    )


def posted(journal: Journal, journal_id: UUID, at: datetime) -> PostedJournal:
    return PostedJournal(id=journal_id, posted_at=at, journal=journal, content_hash=journal.content_hash)


@st.composite
def journals_with_ids(draw: st.DrawFn) -> PostedJournal:
    at = draw(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    return posted(draw(balanced_journals()), draw(st.uuids()), at)
