"""Carries loans over a quiet day: what it earns is known already, so that nothing but the day itself is looked at."""

from datetime import date
from uuid import UUID

from backend import ledger
from backend.kernel import outbox
from backend.kernel.db import Tx
from backend.servicing.domain.journals import Account, Leg
from backend.servicing.domain.outlook import DAYS_AHEAD
from backend.servicing.store import quiet
from backend.servicing.store.quiet import Carried, Passed
from backend.servicing.usecases.day_journals import Moved, day_journals
from shared.events.servicing import InstalmentDue
from shared.money import Money

BATCH = 1_000


async def carry_quiet(tx: Tx, opening: date, *, after: UUID) -> Passed:
    """Of the next BATCH loans with ids above `after`, carries the quiet ones, posts what they earned, and reminds.

    Returns the loans that it came by. Raises what the ledger raises.
    """
    passed = await quiet.carry(tx, opening, after=after, limit=BATCH)
    carried = passed.carried
    moved = [_moved(each) for each in carried if each.interest_minor]
    await ledger.post_many(tx, day_journals(moved, opening))
    reminded = [each for each in carried if (each.next_due_on - opening).days in DAYS_AHEAD]
    await outbox.add_many(tx, [_due(each, opening) for each in reminded])
    return passed


def _moved(carried: Carried) -> Moved:
    interest = carried.interest_minor
    earned_on = Account.IN_SUSPENSE if carried.is_suspended else Account.INTEREST_INCOME
    legs = (Leg(Account.INTEREST_RECEIVABLE, interest), Leg(earned_on, -interest))
    return Moved(loan_id=carried.id, currency=carried.currency, legs=legs)


def _due(carried: Carried, opening: date) -> InstalmentDue:
    return InstalmentDue(
        loan_id=carried.id,
        user_id=carried.user_id,
        number=carried.next_due_number,
        due_on=carried.next_due_on,
        amount=Money.of(carried.next_due_minor, carried.currency),
        days_ahead=(carried.next_due_on - opening).days,
    )
