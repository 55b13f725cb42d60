"""Which plans are worth offering: their days; what is open on those days, and so their amounts, the engine says."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from backend.arrears.errors import PlanUnfit
from shared.api.arrears import Every, HardshipIn, HardshipKind

LONGEST_DELAY = timedelta(days=14)
FIRST_WITHIN = timedelta(days=31)
COVERS_AHEAD = timedelta(days=31)
MOST_PARTS = 24
PARTS_WITHOUT_PERSON = 6
_USUAL_PARTS = ((Every.WEEK, 4), (Every.TWO_WEEKS, 2), (Every.TWO_WEEKS, 4))
_STEP = {Every.WEEK: timedelta(days=7), Every.TWO_WEEKS: timedelta(days=14)}


class Outline(Struct, frozen=True, kw_only=True):
    """The days of a plan. All but the last payment are of `part_minor`, the last is what is left by then."""

    kind: HardshipKind
    days: tuple[date, ...]
    part_minor: int = 0

    @property
    def needs_person(self) -> bool:
        """Whether it is more than a borrower can agree to without anybody looking."""
        return len(self.days) > PARTS_WITHOUT_PERSON


def covered_through(today: date, next_due_on: date | None) -> date:
    """Up to when instalments are part of a plan: what is past due, and what falls due within a month."""
    if next_due_on is not None and today < next_due_on <= today + COVERS_AHEAD:
        return next_due_on
    return today


def outlines(wanted: HardshipIn, *, open_minor: int, today: date) -> list[Outline]:
    """The plans to work out for a borrower, what they asked for first. None where they can't pay at all.

    Raises PlanUnfit for days or amounts out of bounds.
    """
    if wanted.kind is HardshipKind.CANNOT_PAY:
        return []
    delays = _delays(wanted, today)
    smaller = _smaller(wanted, open_minor, today)
    found = delays + smaller if wanted.kind is HardshipKind.SHORT_DELAY else smaller + delays
    return list({(outline.kind, outline.days): outline for outline in found}.values())


def _delays(wanted: HardshipIn, today: date) -> list[Outline]:
    days = [today + timedelta(days=7), today + LONGEST_DELAY]
    if wanted.delay_until is not None:
        if not today < wanted.delay_until <= today + LONGEST_DELAY:
            raise PlanUnfit({"delay_until": f"choose a day up to {today + LONGEST_DELAY}"})
        days = [wanted.delay_until, *days]
    return [Outline(kind=HardshipKind.SHORT_DELAY, days=(day,)) for day in days]


def _smaller(wanted: HardshipIn, open_minor: int, today: date) -> list[Outline]:
    if wanted.first_on is not None and not today <= wanted.first_on <= today + FIRST_WITHIN:
        raise PlanUnfit({"first_on": f"choose a day up to {today + FIRST_WITHIN}"})
    ways = list(_USUAL_PARTS)
    if wanted.can_pay_minor is not None:
        count = -(-open_minor // wanted.can_pay_minor)
        if count > MOST_PARTS:
            raise PlanUnfit({"can_pay_minor": f"that would take more than {MOST_PARTS} payments; talk to a person"})
        ways = [(wanted.every, max(count, 2)), *ways]
    return [
        Outline(
            kind=HardshipKind.SMALLER_AMOUNTS,
            days=days_of(wanted.first_on or _after(today, every), every, count),
            part_minor=-(-open_minor // count),
        )
        for every, count in ways
    ]


def days_of(first: date, every: Every, count: int) -> tuple[date, ...]:
    """`count` days from `first` on; a month later is the same day of the month, or its last one."""
    if every is Every.MONTH:
        return tuple(_months_after(first, months) for months in range(count))
    return tuple(first + _STEP[every] * index for index in range(count))


def require_plan(days: Sequence[date], today: date) -> None:
    """Raises PlanUnfit unless the days are in order and none is over."""
    if list(days) != sorted(set(days)):
        raise PlanUnfit({"payments": "give each payment a day of its own, in their order"})
    if days[0] < today:
        raise PlanUnfit({"payments": f"the first day is over; begin on {today} or later"})


def _after(today: date, every: Every) -> date:
    return _months_after(today, 1) if every is Every.MONTH else today + _STEP[every]


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
