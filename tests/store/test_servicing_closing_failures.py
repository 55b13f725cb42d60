"""Close of business with loans that can't be computed: the others are carried, those are named and tried again."""

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from msgspec.json import decode, encode
from msgspec.structs import replace
from sqlalchemy import select

from backend.kernel.db import Contention
from backend.kernel.module import Services
from backend.kernel.tables import audit_entry, outbox
from backend.kernel.tenants import Tenant
from backend.servicing.domain.events import EventKind, LoanEvent
from backend.servicing.errors import TooManyLoansFailed
from backend.servicing.invariants import ledger_agrees, nobody_left_behind
from backend.servicing.store import loans
from backend.servicing.tables import loan, loan_set_aside
from backend.servicing.usecases import close_business_day, day_journals
from shared.errors import Unavailable
from shared.events.servicing import BusinessDayClosed
from shared.ids import new_id
from tests.builders.servicing import Desk

_DAY = timedelta(days=1)


@pytest.fixture
def desk(services: Services, tenant: Tenant) -> Desk:
    return Desk(services, tenant)


async def unbalance(desk: Desk, loan_id: UUID, by: int) -> None:
    """Has a loan believe that the ledger shows more than it does; the opposite amount mends it."""
    file = await desk.write(partial(loans.file, loan_id=loan_id))
    posted = file.posted | {"loans_principal": file.posted["loans_principal"] + by}
    await desk.write(lambda tx: tx.execute(loan.update().where(loan.c.id == loan_id).values(posted=posted)))
    await make_unquiet(desk, loan_id)


async def make_unquiet(desk: Desk, loan_id: UUID) -> None:
    """Has close of business compute a loan anew."""
    change = loan.update().where(loan.c.id == loan_id).values(quiet_interest=None)
    await desk.write(lambda tx: tx.execute(change))


async def make_unreadable(desk: Desk, loan_id: UUID) -> None:
    """Gives a loan an event that no replay understands: a reversal of another loan's payout."""
    other = await desk.open_loan()
    event = LoanEvent(id=new_id(), kind=EventKind.REVERSAL, effective_on=await desk.today() + _DAY, target=other)
    await desk.write(lambda tx: loans.add_event(tx, loan_id, event, reference=""))
    await make_unquiet(desk, loan_id)


async def stands_on(desk: Desk, loan_id: UUID) -> date:
    found = await desk.write(lambda tx: tx.one(select(loan.c.closed_through).where(loan.c.id == loan_id)))
    day: date = found.closed_through
    return day


async def noted(desk: Desk) -> list[tuple[UUID, date, date, str]]:
    rows = await desk.write(lambda tx: tx.all(select(loan_set_aside)))
    return [(row.loan_id, row.since, row.day, row.reason) for row in rows]


async def recorded(desk: Desk, action: str) -> list[tuple[str, dict[str, Any]]]:
    wanted = select(audit_entry).where(audit_entry.c.action == action).order_by(audit_entry.c.position)
    return [(row.subject, row.data) for row in await desk.write(lambda tx: tx.all(wanted))]


async def earned(desk: Desk, loan_id: UUID) -> int:
    return -(await desk.balances(loan_id)).get("interest_income", 0)


async def test_a_loan_that_can_not_be_computed_does_not_stop_the_others(desk: Desk) -> None:
    start = await desk.today()
    good = [await desk.open_loan() for _ in range(3)]
    bad = await desk.open_loan()
    good.append(await desk.open_loan())
    await unbalance(desk, bad, 5)

    await desk.close_through(start)

    assert await desk.today() == start + _DAY
    assert [await stands_on(desk, each) for each in good] == [start + _DAY] * 4
    assert [await earned(desk, each) for each in good] == [40] * 4  # a thirtieth of 12.00
    assert await stands_on(desk, bad) == start
    assert await earned(desk, bad) == 0


async def test_operations_are_told_of_it_by_name_and_reason(desk: Desk) -> None:
    start = await desk.today()
    bad = await desk.open_loan()
    await make_unreadable(desk, bad)

    await desk.close_through(start)

    assert await noted(desk) == [(bad, start, start, "nothing_to_reverse")]
    told = {"business_day": str(start), "reason": "nothing_to_reverse"}
    assert await recorded(desk, "loan.not_closed") == [(f"loan:{bad}", told)]
    expected = f"loan {bad} can't be closed since {start}: nothing_to_reverse"
    assert await desk.write(nobody_left_behind) == [expected]
    row = await desk.write(lambda tx: tx.one(select(outbox.c.data).where(outbox.c.topic == BusinessDayClosed.topic)))
    closed = decode(encode(row.data), type=BusinessDayClosed)
    assert (closed.loans, closed.set_aside) == (2, 1)


async def test_it_is_tried_again_with_every_day_and_then_earns_what_it_missed(desk: Desk) -> None:
    start = await desk.today()
    good, bad = await desk.open_loan(), await desk.open_loan()
    await unbalance(desk, bad, 5)
    await desk.close_through(start + _DAY)
    assert [subject for subject, _ in await recorded(desk, "loan.not_closed")] == [f"loan:{bad}"] * 2
    assert [(since, day) for _, since, day, _ in await noted(desk)] == [(start, start + _DAY)]

    await unbalance(desk, bad, -5)
    await desk.close_through(start + 2 * _DAY)

    assert await stands_on(desk, bad) == start + 3 * _DAY
    assert await earned(desk, bad) == await earned(desk, good) == 120
    assert await noted(desk) == []
    assert await recorded(desk, "loan.closed_again") == [(f"loan:{bad}", {"business_day": str(start + 2 * _DAY)})]
    assert await desk.write(nobody_left_behind) == []
    assert await desk.write(ledger_agrees) == []


async def test_what_the_ledger_refuses_is_the_loan_s_own_failure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    start = await desk.today()
    good, bad = await desk.open_loan(), await desk.open_loan()
    real = day_journals.posting

    def misdirected(leg: Any, currency: str, loan_id: UUID) -> Any:
        found = real(leg, currency, loan_id)
        return replace(found, account="no_such_account") if loan_id == bad else found

    monkeypatch.setattr(day_journals, "posting", misdirected)
    await desk.close_through(start)

    assert (await stands_on(desk, good), await stands_on(desk, bad)) == (start + _DAY, start)
    assert await noted(desk) == [(bad, start, start, "account_not_found")]
    assert (await earned(desk, good), await earned(desk, bad)) == (40, 0)


@pytest.mark.parametrize("step", ["carry_quiet", "carry_batch"])
@pytest.mark.parametrize("failure", [Contention("40001"), Unavailable(), TimeoutError()])
async def test_what_passes_by_itself_sets_nothing_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, failure: Exception, step: str
) -> None:
    start = await desk.today()
    loan_id = await desk.open_loan()
    if step == "carry_batch":
        await make_unquiet(desk, loan_id)

    async def fail(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(close_business_day, step, fail)
    with pytest.raises((type(failure), Unavailable)):
        await desk.close_through(start)

    assert await noted(desk) == []
    assert (await desk.today(), await stands_on(desk, loan_id)) == (start, start)


async def test_too_many_failures_keep_the_day_open(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_business_day, "MAX_SET_ASIDE", 1)
    start = await desk.today()
    loan_ids = [await desk.open_loan() for _ in range(3)]
    for loan_id in loan_ids[:2]:
        await unbalance(desk, loan_id, 5)

    with pytest.raises(TooManyLoansFailed):
        await desk.close_through(start)
    assert await desk.today() == start
    assert await earned(desk, loan_ids[2]) == 40

    for loan_id in loan_ids[:2]:
        await unbalance(desk, loan_id, -5)
    await desk.close_through(start)

    assert await desk.today() == start + _DAY
    assert [await earned(desk, loan_id) for loan_id in loan_ids] == [40] * 3
    assert await noted(desk) == []


async def test_batches_go_on_around_loans_that_were_set_aside(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(close_business_day, "BATCH", 2)
    start = await desk.today()
    loan_ids = [await desk.open_loan() for _ in range(7)]
    bad = {loan_ids[0], loan_ids[1], loan_ids[4]}
    for loan_id in bad:
        await unbalance(desk, loan_id, 5)

    await desk.close_through(start + _DAY)

    assert {loan_id for loan_id, *_ in await noted(desk)} == bad
    assert [await earned(desk, each) for each in loan_ids] == [0 if each in bad else 80 for each in loan_ids]


async def test_a_loan_that_ends_while_it_is_set_aside_is_forgotten(desk: Desk) -> None:
    start = await desk.today()
    bad = await desk.open_loan()
    await unbalance(desk, bad, 5)
    await desk.close_through(start)
    await unbalance(desk, bad, -5)

    await desk.pay(bad, 1300_00)
    await desk.close_through(start + _DAY)

    assert await noted(desk) == []
    assert await desk.write(nobody_left_behind) == []
