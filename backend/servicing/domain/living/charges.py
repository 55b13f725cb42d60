"""Fees and penalties: what each amounts to, which rows ask for it, and what was paid of it."""

from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from backend.servicing.domain.living.cuts import within
from backend.servicing.domain.living.happenings import AnyEvent, ChargeBase, Charged, ChargeTime, Kind, Moved
from backend.servicing.domain.living.rounds import percent_of
from backend.servicing.domain.living.rows import FEE, INTEREST, PENALTY, PRINCIPAL, Row

AT_DRAW = frozenset({ChargeTime.DISBURSEMENT, ChargeTime.EACH_DRAW})


class Charge:
    """One charge while a loan is replayed."""

    __slots__ = ("amount", "event", "paid", "waived")

    def __init__(self, event: Charged) -> None:
        """A charge that was not laid on rows yet."""
        self.event = event
        self.amount = self.paid = self.waived = 0

    @property
    def leg(self) -> int:
        """Penalty or fee."""
        return PENALTY if self.event.penalty else FEE

    @property
    def open(self) -> int:
        """What is owed of it."""
        return self.amount - self.paid - self.waived

    @property
    def each_instalment(self) -> bool:
        """Whether every instalment asks for it."""
        return self.event.time is ChargeTime.EACH_INSTALMENT

    def falls_in(self, row: Row, start: date, *, first: bool) -> bool:
        """Whether it falls due within `start`..the row's due date."""
        return not self.each_instalment and within(self.event.on, start, row.due_on, first=first)


def lay(charge: Charge, rows: list[Row], disbursed_on: date, lent: int) -> None:
    """Lays a charge on the row in which it falls due, behind maturity on a row of its own."""
    if charge.event.time in AT_DRAW:
        return
    if charge.event.time is ChargeTime.ON_DATE:
        _make_room(charge.event.on, rows, disbursed_on)
    principal = sum(row.charged[PRINCIPAL] for row in rows)
    interest = sum(row.charged[INTEREST] for row in rows)
    first = next(row.number for row in sorted(rows, key=lambda each: each.number) if not row.down_payment)
    start = disbursed_on
    total = 0
    for row in rows:
        if row.down_payment:
            continue
        due = 0
        if charge.each_instalment:
            if not row.recalculated and not row.additional:
                due = _amount(charge.event, row.charged[PRINCIPAL], row.charged[INTEREST])
                row.fees_of[charge.event.seq] = due
        elif charge.falls_in(row, start, first=row.number == first):
            base = lent if _of_principal_lent(charge.event, lent) else principal
            due = _amount(charge.event, base, interest)
        if due:
            row.charged[charge.leg] += due
            total += due
            row.check(row.met_on)
        start = row.due_on
    if total:
        charge.amount = total


def _of_principal_lent(event: Charged, lent: int) -> bool:
    return event.base is ChargeBase.PRINCIPAL and event.time is ChargeTime.ON_DATE and not event.penalty and lent > 0


def _amount(event: Charged, principal: int, interest: int) -> int:
    if event.base is ChargeBase.FLAT:
        return int(event.value)
    base = {
        ChargeBase.PRINCIPAL: principal,
        ChargeBase.PRINCIPAL_AND_INTEREST: principal + interest,
        ChargeBase.INTEREST: interest,
    }[event.base]
    return percent_of(base, Decimal(event.value))


def _make_room(day: date, rows: list[Row], disbursed_on: date) -> None:
    last = [row for row in rows if not row.down_payment][-1]
    if day <= last.due_on:
        return
    if last.additional:
        last.due_on = day
        return
    row = Row(len(rows) + 1, last.due_on, day)
    row.additional = True
    rows.append(row)
    row.recheck(disbursed_on)


def waive(charge: Charge, rows: list[Row], events: tuple[AnyEvent, ...]) -> None:
    """Where the charge was waived, its row asks for it no more and shows it as waived."""
    waivers = [e for e in events if isinstance(e, Moved) and e.kind is Kind.CHARGE_WAIVER]
    if not any(waiver.charge == charge.event.seq for waiver in waivers):
        return
    first = min(row.number for row in rows if not row.down_payment)
    for row in rows:
        if not row.down_payment and charge in of_row([charge], row, first=row.number == first):
            row.waived[charge.leg] += charge.open
            charge.waived = charge.open
            row.check(row.met_on)
            return


def of_row(charges: list[Charge], row: Row, *, first: bool) -> list[Charge]:
    """The charges that a row asks for."""
    return [
        charge
        for charge in charges
        if (charge.event.seq in row.fees_of and (charge.each_instalment or row.re_aged))
        or charge.falls_in(row, row.starts_on, first=first)
    ]


def pay(charges: list[Charge], amount: int, row: Row | None = None) -> None:
    """Pays the charges that are due first, of those on every instalment only what `row` asks for."""
    for charge in sorted(charges, key=lambda each: (each.event.on, each.event.seq)):
        if amount <= 0:
            return
        taken = min(amount, charge.open)
        if row is not None and charge.event.seq in row.fees_of:
            left = row.fees_of[charge.event.seq] - row.fees_paid.get(charge.event.seq, 0)
            taken = min(taken, left)
            row.fees_paid[charge.event.seq] = row.fees_paid.get(charge.event.seq, 0) + taken
        charge.paid += taken
        amount -= taken


def unpay(charges: list[Charge], amount: int) -> None:
    """Takes back what was paid of the charges, the latest first."""
    for charge in sorted(charges, key=lambda each: (each.event.on, each.event.seq), reverse=True):
        given = min(amount, charge.paid)
        charge.paid -= given
        amount -= given


def at_draw(charges: list[Charge], day: date, drawn: int, interest: int, *, first: bool) -> int:
    """What is kept of a draw for the charges due with it, each draw owing its own; they are paid by that."""
    total = 0
    for known in {charge.event.seq: charge for charge in charges}.values():
        time = known.event.time
        charge = known
        if time is ChargeTime.EACH_DRAW and known.amount:
            charge = Charge(replace(known.event, on=day))
            charges.append(charge)
        if time is ChargeTime.EACH_DRAW or (time is ChargeTime.DISBURSEMENT and first):
            charge.amount = charge.paid = _amount(charge.event, drawn, interest)
            total += charge.amount
    return total


def recompute(charges: list[Charge], rows: list[Row], seq: int) -> None:
    """Charges on every instalment, entered before number `seq`, follow what rows that are not met ask for since."""
    own = [charge for charge in charges if charge.each_instalment and charge.event.seq < seq]
    if not own:
        return
    for row in rows:
        if row.met or not row.is_normal:
            continue
        for charge in own:
            due = _amount(charge.event, row.charged[PRINCIPAL], row.charged[INTEREST])
            charge.amount += due - row.fees_of.get(charge.event.seq, 0)
            row.fees_of[charge.event.seq] = due
        if sum(row.fees_of.values()):
            row.charged[FEE] = sum(row.fees_of.values())
