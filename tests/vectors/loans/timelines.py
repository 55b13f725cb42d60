"""Timelines: what happens to a loan, and every figure that must hold in between."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from backend.servicing.domain.living.contract import Build
from backend.servicing.domain.living.happenings import Charged, Kind
from backend.servicing.domain.living.rows import FEE, INTEREST, PENALTY, PRINCIPAL
from backend.servicing.domain.living.state import LoanState, PostingState, Standing
from tests.vectors.loans.figures import first_difference, major, number, schedule_rows, totals
from tests.vectors.loans.story import NAMES, Story, Unknown

Check = Callable[[Story, dict[str, Any]], str | None]
PREFIXES = ("loan_timeline",)
BOOKKEEPING = {
    "Accrual",
    "Accrual Adjustment",
    "Accrual Activity",
    "Capitalized Income Amortization",
    "Capitalized Income Amortization Adjustment",
    "Buy Down Fee Amortization",
    "Buy Down Fee Amortization Adjustment",
}
STANDINGS = {
    Standing.APPROVED: {"APPROVED", "SUBMITTED_AND_PENDING_APPROVAL"},
    Standing.ACTIVE: {"ACTIVE"},
    Standing.CLOSED: {"CLOSED_OBLIGATIONS_MET"},
    Standing.OVERPAID: {"OVERPAID"},
    Standing.WRITTEN_OFF: {"CLOSED_WRITTEN_OFF"},
}


def differs(vector: dict[str, Any], shared: Any) -> str | None:
    """The first figure of the timeline that is not the expected one."""
    return first_failure(vector, shared, CHECKS)


def first_failure(
    vector: dict[str, Any], shared: Any, checks: Mapping[str, Check], *, keeps_books: bool = False
) -> str | None:
    """Tells the timeline and makes the checks that it asks for."""
    story = Story(shared, keeps_books=keeps_books)
    for index, entry in enumerate(vector["timeline"]):
        if "op" in entry:
            try:
                story.tell(entry)
            except Unknown as error:
                return f"op {error}"
            continue
        check = checks.get(entry["expect"])
        difference = check(story, entry) if check else None
        if difference:
            return f"{difference} [entry {index}, {story.today}]"
    return None


def _schedule(story: Story, entry: dict[str, Any]) -> str | None:
    state = story.shown
    rows = schedule_rows(state, [*lent(state), *story.undrawn], classic=is_classic(story))
    count = sum(1 for row in rows if "nr" in row)
    if int(entry["n_periods"]) != count:
        return f"n_periods {entry['n_periods']} is {count}"
    return first_difference(entry["rows"], rows)


def is_classic(story: Story) -> bool:
    """Whether the schedule is written once."""
    return story.contract is not None and story.contract.build is Build.CUMULATIVE


def lent(state: LoanState) -> list[tuple[date, int, int]]:
    """What was lent: the day, the amount, the fees at disbursement."""
    kinds = {Kind.DISBURSEMENT, Kind.CAPITALISED_INCOME}
    kept = {p.seq: p.amount for p in state.postings if p.kind is Kind.REPAYMENT_AT_DISBURSEMENT}
    draws = [posting for posting in state.postings if posting.kind in kinds]
    return [(draw.on, draw.amount, kept.get(draw.seq, 0)) for draw in draws]


def _total(story: Story, entry: dict[str, Any]) -> str | None:
    state = story.shown
    return totals(entry["row"], state, sum(fees for _, _, fees in lent(state)))


def _outstanding(story: Story, entry: dict[str, Any]) -> str | None:
    have = major(story.state.outstanding)
    return None if number(entry["value"]) == have else f"outstanding {entry['value']} is {have}"


def _overpaid(story: Story, entry: dict[str, Any]) -> str | None:
    have = major(story.state.credit)
    return None if number(entry["value"]) == have else f"overpaid {entry['value']} is {have}"


def _status(story: Story, entry: dict[str, Any]) -> str | None:
    wanted = entry["value"].upper().replace(" ", "_").replace("(", "").replace(")", "")
    standing = story.state.standing
    return None if wanted in STANDINGS[standing] else f"status {wanted} is {standing}"


def _closed(story: Story, _entry: dict[str, Any]) -> str | None:
    state = story.state
    if state.standing is Standing.CLOSED and not state.outstanding and state.is_met:
        return None
    return f"closed is {state.standing}, {major(state.outstanding)} open, {major(state.credit)} credit"


def _met(story: Story, entry: dict[str, Any]) -> str | None:
    return None if story.state.is_met == entry["value"] else "met differs"


def _transactions(story: Story, entry: dict[str, Any]) -> str | None:
    wanted = [row for row in entry["rows"] if row["type"] not in BOOKKEEPING]
    have = [_figures(posting) for posting in (*story.state.postings, *story.reversed) if not posting.void]
    left = Counter(have)
    for row in wanted:
        key = _wanted(row)
        if not left[key]:
            same = [each for each in have if each[0] == key[0]]
            return f"transactions {_text(key)} is {[_text(each) for each in same]}"
        left[key] -= 1
    extra = +left
    return f"transactions none is {[_text(key) for key in extra]}" if extra else None


def _contain(story: Story, entry: dict[str, Any]) -> str | None:
    have = {_figures(posting) for posting in (*story.state.postings, *story.reversed)}
    for row in entry["rows"]:
        if row["type"] not in BOOKKEEPING:
            key = _wanted({"date": entry["date"], **row})
            if not any(_alike(key, each) for each in have):
                same = [each for each in have if each[0] == key[0]]
                return f"transactions {_text(key)} is {[_text(each) for each in same]}"
    return None


Figures = tuple[str, str, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal | None]


def _alike(want: Figures, have: Figures) -> bool:
    return want[:7] == have[:7] and (want[7] is None or want[7] == have[7])


def _wanted(row: dict[str, Any]) -> Figures:
    legs = (number(row.get(name)) for name in ("amount", "principal", "interest", "fees", "penalties"))
    amount, principal, interest, fees, penalties = legs
    balance = number(row["loan_balance"]) if row.get("loan_balance") not in {None, ""} else None
    return (row["date"], row["type"], amount, principal, interest, fees, penalties, balance)


def _figures(posting: PostingState) -> Figures:
    split = posting.split
    return (
        posting.on.isoformat(),
        NAMES[posting.kind],
        major(posting.amount),
        major(split[PRINCIPAL]),
        major(split[INTEREST]),
        major(split[FEE]),
        major(split[PENALTY]),
        major(posting.balance),
    )


def _text(key: Figures) -> str:
    return " ".join(str(part) for part in key)


def _charges(story: Story, entry: dict[str, Any]) -> str | None:
    events = {event.seq: event for event in story.events if isinstance(event, Charged)}
    have = []
    planned = not story.live(Kind.DISBURSEMENT)
    for charge in story.shown.charges:
        event = events[charge.seq]
        paid = 0 if planned else charge.paid
        figures = (charge.amount, paid, charge.waived, charge.amount - paid - charge.waived)
        have.append((event.name, charge.due_on.isoformat(), *(major(figure) for figure in figures)))
    for row in entry["rows"]:
        figures_wanted = tuple(number(row[name]) for name in ("Due", "Paid", "Waived", "Outstanding"))
        due_on = row["Due as of"]
        match = [each for each in have if each[0] == row["Name"] and (not due_on or each[1] == due_on)]
        found = next((each for each in match if each[2:] == figures_wanted), None)
        if found is None:
            return f"charges {row['Name']} {due_on} {figures_wanted} is {[each[1:] for each in match]}"
        have.remove(found)
    return None


CHECKS: dict[str, Check] = {
    "schedule": _schedule,
    "schedule_total": _total,
    "outstanding": _outstanding,
    "overpaid": _overpaid,
    "status": _status,
    "closed_obligations_met": _closed,
    "all_installments_met": _met,
    "charges": _charges,
    "charges_contains": _charges,
    "transactions": _transactions,
    "transactions_excluding_accruals": _transactions,
    "transactions_contain": _contain,
}
