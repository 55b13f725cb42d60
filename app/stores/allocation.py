"""What a payment would do, as a preview: which instalments it pays, and what stays due."""

from dataclasses import dataclass

from shared.api.servicing import InstalmentOut, InstalmentStatus, ScheduleOut
from shared.money import Money

_FALLEN_DUE = frozenset({InstalmentStatus.DUE, InstalmentStatus.OVERDUE})


@dataclass(frozen=True)
class Preview:
    """`full` and `part` are the numbers of instalments; `rest` is what goes to those not due yet."""

    full: tuple[int, ...]
    part: int | None
    rest: Money
    still_due: Money


def due_now(schedule: ScheduleOut) -> Money:
    """What has fallen due and is open."""
    total = Money.zero(schedule.open.currency)
    for row in schedule.rows:
        if row.status in _FALLEN_DUE:
            total += row.open
    return total


def preview(schedule: ScheduleOut, payment: Money) -> Preview:
    """`payment` laid over the instalments that have fallen due, the oldest first, as the platform will."""
    left = payment
    full: list[int] = []
    part: int | None = None
    still = Money.zero(payment.currency)
    for row in _open_due(schedule):
        if row.open <= left:
            full.append(row.number)
            left -= row.open
        else:
            part = row.number if left else part
            still += row.open - left
            left = Money.zero(payment.currency)
    return Preview(full=tuple(full), part=part, rest=left, still_due=still)


def _open_due(schedule: ScheduleOut) -> list[InstalmentOut]:
    return [row for row in schedule.rows if row.status in _FALLEN_DUE and row.open]
