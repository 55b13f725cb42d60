"""A vector's timeline, told as the events of one of our loans."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from backend.servicing.domain.living.contract import Contract, Unit
from backend.servicing.domain.living.earning import Earned, earned_by
from backend.servicing.domain.living.entry import consequences, follow_ups_of
from backend.servicing.domain.living.happenings import (
    AnyEvent,
    ChargeBase,
    Charged,
    ChargeTime,
    DueMoved,
    Extended,
    Kind,
    Moved,
    Paused,
    RateChanged,
    ReAged,
    ReAmortised,
    Undone,
)
from backend.servicing.domain.living.payoff import payoff_minor
from backend.servicing.domain.living.replay import replay
from backend.servicing.domain.living.state import LoanState, PostingState, Standing
from tests.vectors.loans.products import contract_of, minor

PAYMENTS = {
    "REPAYMENT": Kind.REPAYMENT,
    "MERCHANT_ISSUED_REFUND": Kind.MERCHANT_REFUND,
    "PAYOUT_REFUND": Kind.PAYOUT_REFUND,
    "GOODWILL_CREDIT": Kind.GOODWILL,
    "INTEREST_PAYMENT_WAIVER": Kind.INTEREST_WAIVER,
    "REFUND_BY_CASH": Kind.REFUND,
}
NAMES = {
    Kind.DISBURSEMENT: "Disbursement",
    Kind.REPAYMENT: "Repayment",
    Kind.DOWN_PAYMENT: "Down Payment",
    Kind.MERCHANT_REFUND: "Merchant Issued Refund",
    Kind.PAYOUT_REFUND: "Payout Refund",
    Kind.GOODWILL: "Goodwill Credit",
    Kind.INTEREST_REFUND: "Interest Refund",
    Kind.INTEREST_WAIVER: "Interest Payment Waiver",
    Kind.CHARGE_ADJUSTMENT: "Charge Adjustment",
    Kind.REPAYMENT_AT_DISBURSEMENT: "Repayment (at time of disbursement)",
    Kind.REFUND: "Refund",
    Kind.CREDIT_REFUND: "Credit Balance Refund",
    Kind.CHARGEBACK: "Chargeback",
    Kind.CHARGE_WAIVER: "Waive loan charges",
    Kind.WRITE_OFF: "Close (as written-off)",
    Kind.CHARGE_OFF: "Charge-off",
    Kind.RE_AGE: "Re-age",
    Kind.RE_AMORTISE: "Re-amortize",
    Kind.CAPITALISED_INCOME: "Capitalized Income",
    Kind.CAPITALISED_INCOME_ADJUSTMENT: "Capitalized Income Adjustment",
    Kind.BUY_DOWN_FEE: "Buy Down Fee",
    Kind.BUY_DOWN_FEE_ADJUSTMENT: "Buy Down Fee Adjustment",
    Kind.TERMINATION: "Contract Termination",
}
KINDS = {name: kind for kind, name in NAMES.items()}
CHARGE_NAMES = {
    "LOAN_NSF_FEE": "NSF fee",
    "LOAN_SNOOZE_FEE": "Snooze fee",
    "LOAN_PERCENTAGE_PROCESSING_FEE": "% Processing fee",
    "LOAN_FIXED_RETURNED_PAYMENT_FEE": "Fixed Returned payment fee",
    "LOAN_INSTALLMENT_FEE_FLAT": "Installment flat fee",
    "LOAN_INSTALLMENT_FEE_PERCENTAGE_AMOUNT": "Installment percentage amount fee",
    "LOAN_INSTALLMENT_FEE_PERCENTAGE_INTEREST": "Installment percentage interest fee",
    "LOAN_INSTALLMENT_FEE_PERCENTAGE_AMOUNT_PLUS_INTEREST": "Installment percentage amount + interest fee",
    "LOAN_DISBURSEMENT_PERCENTAGE_FEE": "Disbursement percentage fee",
    "LOAN_DISBURSEMENT_CHARGE": "Disbursement Charge",
    "LOAN_FIXED_LATE_FEE": "Fixed Late fee",
    "LOAN_PERCENTAGE_LATE_FEE": "% Late fee",
    "LOAN_PERCENTAGE_LATE_FEE_AMOUNT_PLUS_INTEREST": "% Late fee amount+interest",
    "CHARGE_LOAN_TRANCHE_DISBURSEMENT_CHARGE_AMOUNT": "Tranche Disbursement Charge Amount",
    "CHARGE_LOAN_TRANCHE_DISBURSEMENT_CHARGE_PERCENT": "Tranche Disbursement Charge Percent",
}
TIMES = {
    "SPECIFIED_DUE_DATE": ChargeTime.ON_DATE,
    "INSTALLMENT_FEE": ChargeTime.EACH_INSTALMENT,
    "INSTALLMENT": ChargeTime.EACH_INSTALMENT,
    "DISBURSEMENT": ChargeTime.DISBURSEMENT,
    "TRANCHE_DISBURSEMENT": ChargeTime.EACH_DRAW,
    "OVERDUE_FEES": ChargeTime.OVERDUE,
}
BASES = {
    "FLAT": ChargeBase.FLAT,
    "PERCENTAGE_AMOUNT": ChargeBase.PRINCIPAL,
    "PERCENTAGE_DISBURSEMENT_AMOUNT": ChargeBase.PRINCIPAL,
    "PERCENTAGE_LOAN_AMOUNT_PLUS_INTEREST": ChargeBase.PRINCIPAL_AND_INTEREST,
    "PERCENTAGE_INTEREST": ChargeBase.INTEREST,
}


def tranches_of(op: dict[str, Any]) -> list[tuple[date, int]]:
    """The draws that a loan was agreed on with, by their days."""
    days = {key.removesuffix("disb_expected_date"): value for key, value in op.items() if "expected_date" in key}
    return sorted((date.fromisoformat(day), minor(op[f"{name}disb_principal"])) for name, day in days.items())


class Unknown(Exception):
    """An operation that we do not tell."""


class Story:
    """The loan of one vector, as far as it was told."""

    def __init__(self, folder: Any, *, keeps_books: bool = False) -> None:
        self.folder = folder
        self.keeps_books = keeps_books
        self.today = date.min
        self.as_of = date.min
        self.contract: Contract | None = None
        self.product: dict[str, Any] = {}
        self.events: tuple[AnyEvent, ...] = ()
        self.spreads: dict[str, dict[str, str]] = {}
        self.charge_types = {each["name"]: dict(each) for each in folder.charge_types}
        self.reversed: list[PostingState] = []
        self.expected: tuple[date, int] | None = None
        self.tranches: list[tuple[date, int]] = []
        self.approved = False
        self.fraud = False
        self.earned = Earned()
        self.bookings: list[tuple[date, Earned]] = []
        self.closed_day: date | None = None
        self._state: LoanState | None = None

    # --- reading -----------------------------------------------------------------------------------------------

    @property
    def state(self) -> LoanState:
        """Where the loan stands."""
        if self._state is None:
            assert self.contract is not None
            contract = replace(self.contract, expected_draws=tuple(self.tranches))
            self._state = replay(contract, self.events, self.as_of)
        return self._state

    @property
    def undrawn(self) -> list[tuple[date, int, int]]:
        """Once money is paid out, the tranches that are still to come, without fees."""
        return [(day, amount, 0) for day, amount in self.tranches] if self.live(Kind.DISBURSEMENT) else []

    @property
    def shown(self) -> LoanState:
        """Before money is paid out, the loan is shown as it would be if paid out as planned."""
        if self.live(Kind.DISBURSEMENT):
            return self.state
        assert self.contract is not None
        assert self.expected is not None
        draws = tuple(
            Moved(seq=self.seq + index, on=day, entered_on=day, kind=Kind.DISBURSEMENT, amount_minor=amount)
            for index, (day, amount) in enumerate(self.tranches or [self.expected])
        )
        return replay(self.contract, (*self.events, *draws), draws[0].on)

    def live(self, kind: Kind | None = None) -> list[AnyEvent]:
        """The events that hold, of one kind of money where `kind` is given, in the order of entry."""
        gone = {event.of for event in self.events if isinstance(event, Undone)}
        kept = [event for event in self.events if event.seq not in gone and not isinstance(event, Undone)]
        return [event for event in kept if kind is None or (isinstance(event, Moved) and event.kind is kind)]

    # --- telling -----------------------------------------------------------------------------------------------

    def add(self, event: AnyEvent) -> None:
        """One event more, with what follows from it."""
        assert self.contract is not None
        self.events += (event, *consequences(self.contract, self.events, event))
        self.touch()

    def touch(self) -> None:
        """The loan is computed anew up to today."""
        self.as_of = self.today
        self._state = None

    @property
    def seq(self) -> int:
        """The next number of entry."""
        return max((event.seq for event in self.events), default=0) + 1

    def move(self, kind: Kind, day: str | date, amount: int = 0, **more: Any) -> None:
        """Money moves."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        self.add(Moved(seq=self.seq, on=on, entered_on=self.today, kind=kind, amount_minor=amount, **more))

    def undo(self, seq: int) -> None:
        """An event never was; what it had done until now is remembered as reversed."""
        gone = [seq, *follow_ups_of(self.events, seq)]
        for number in gone:
            self.reversed += [posting for posting in self.state.postings if posting.seq == number]
        for number in gone:
            self.events += (Undone(seq=self.seq, on=self.today, entered_on=self.today, of=number),)
        self.touch()

    def tell(self, op: dict[str, Any]) -> None:
        """One operation of the vector. Raises Unknown."""
        teller = getattr(self, f"_{op['op']}", None)
        if teller is None:
            raise Unknown(op["op"])
        teller(op)
        if self.keeps_books and self.contract is not None and op["op"] not in {"set_date", "create_loan", "approve"}:
            self._book_at_end(op)

    # --- earning -----------------------------------------------------------------------------------------------

    def _book_at_end(self, op: dict[str, Any]) -> None:
        """What is left to earn is booked as soon as the loan is closed, its deferred income also when charged off."""
        closed = self.state.standing in {Standing.CLOSED, Standing.OVERPAID, Standing.WRITTEN_OFF}
        day = date.fromisoformat(op["date"]) if "date" in op else self.today
        if closed or (op["op"] == "charge_off" and self.state.charged_off):
            self._book(day, whole=closed)

    def _close_day(self) -> None:
        """The day before today is closed; days left open since the last closing come first."""
        if not self.keeps_books:
            return
        last = self.today - timedelta(days=1)
        day = last if self.closed_day is None else self.closed_day + timedelta(days=1)
        while day <= last:
            if self.state.standing is Standing.ACTIVE:
                self._book(day, whole=False)
            day += timedelta(days=1)
        self.closed_day = last

    def _book(self, day: date, *, whole: bool) -> None:
        assert self.contract is not None
        now = earned_by(self.contract, tuple(self.events), day, whole=whole)
        self.bookings.append((day, now.since(self.earned)))
        self.earned = now

    def _set_date(self, op: dict[str, Any]) -> None:
        self.today = date.fromisoformat(op["date"])

    def _create_loan(self, op: dict[str, Any]) -> None:
        self.product = dict(self.folder.products[op["product"]])
        self.contract = contract_of(self.product, op, self.spreads.get(op["product"], {}))
        self.expected = (date.fromisoformat(op["submitted_on"]), self.contract.principal_minor)
        self.tranches = tranches_of(op)
        self.touch()
        own = op.get("charge calculation type")
        if own:
            self.tranches = []
            self._charge(own, None, op.get("charge amount %") or op.get("charge amount"), None)
        else:
            self.add_product_charges()

    def add_product_charges(self) -> None:
        """The charges that come with the product."""
        for name in self.product.get("productCharges") or ():
            if self.charge_types[CHARGE_NAMES[name]]["time"] != "OVERDUE_FEES":
                self._charge(name, None, None, None)

    def _approve(self, op: dict[str, Any]) -> None:
        self.expected = (date.fromisoformat(op["expected_disbursement"]), minor(op["amount"]))
        self.approved = True
        self.touch()

    def _disburse(self, op: dict[str, Any]) -> None:
        self.draw(date.fromisoformat(op["date"]), minor(op["amount"]))

    def draw(self, day: date, amount: int) -> None:
        """Money is paid out; tranches expected by that day are no longer."""
        self.tranches = [tranche for tranche in self.tranches[1:] if tranche[0] > day]
        self.move(Kind.DISBURSEMENT, day, amount)

    def _add_expected_disbursement(self, op: dict[str, Any]) -> None:
        self.tranches.append((date.fromisoformat(op["date"]), minor(op["amount"])))
        self.touch()

    def _repay(self, op: dict[str, Any]) -> None:
        self.move(PAYMENTS[op["type"]], op["date"], minor(op["amount"]), channel=op.get("channel") or "")

    def _pay_off(self, op: dict[str, Any]) -> None:
        assert self.contract is not None
        day = date.fromisoformat(op["date"])
        amount = payoff_minor(self.contract, self.events, self.as_of, day)
        self.move(Kind.REPAYMENT, day, amount)

    def _credit_balance_refund(self, op: dict[str, Any]) -> None:
        self.move(Kind.CREDIT_REFUND, op["date"], minor(op["amount"]))

    def _chargeback(self, op: dict[str, Any]) -> None:
        self.move(Kind.CHARGEBACK, self.today, minor(op["amount"]), of=self._bounced(op), channel=op["channel"])

    def _bounced(self, op: dict[str, Any]) -> int:
        if "of_downpayment_nr" in op:
            return self._nth(Kind.DOWN_PAYMENT, op["of_downpayment_nr"])
        if "of_payment_nr" in op:
            return self._nth(Kind.REPAYMENT, op["of_payment_nr"])
        made = [event for event in self.events if isinstance(event, Moved) and event.kind in PAYMENTS.values()]
        return made[-1].seq

    def _nth(self, kind: Kind, number: str) -> int:
        made = [event for event in self.events if isinstance(event, Moved) and event.kind is kind]
        return made[int(float(number)) - 1].seq

    def _undo(self, op: dict[str, Any]) -> None:
        kind, nth = op["type"], op["nth"]
        made = [event for event in self.events if isinstance(event, Moved)]
        if "made_on" not in op:
            repayments = [event for event in made if event.kind is Kind.REPAYMENT]
            self.undo(repayments[-1 if nth == "last" else int(nth) - 1].seq)
            return
        on = date.fromisoformat(op["made_on"])
        shown = [p for p in (*self.reversed, *self.state.postings) if p.on == on]
        wanted = [p for p in sorted(shown, key=lambda p: p.seq) if kind == "ANY" or NAMES[p.kind] == kind]
        self.undo(wanted[int(nth) - 1].seq)

    def _undo_last_disbursal(self, _op: dict[str, Any]) -> None:
        last = self.live(Kind.DISBURSEMENT)[-1]
        for event in self.live():
            if isinstance(event, Moved) and (event is last or event.of == last.seq):
                self.events += (Undone(seq=self.seq, on=self.today, entered_on=self.today, of=event.seq),)
        self.touch()

    def _undo_disbursal(self, _op: dict[str, Any]) -> None:
        self.events = tuple(event for event in self.events if isinstance(event, Charged))
        self.touch()

    def _undo_refund(self, _op: dict[str, Any]) -> None:
        self.undo(self.live(Kind.PAYOUT_REFUND)[-1].seq)

    def _adjust(self, op: dict[str, Any]) -> None:
        seq = self._nth(Kind.REPAYMENT, op["nth"])
        self.undo(seq)
        self.move(Kind.REPAYMENT, op["date"], minor(op["amount"]))

    def _run_cob_this_loan(self, _op: dict[str, Any]) -> None:
        self.touch()
        self._close_day()

    def _run_cob_all(self, _op: dict[str, Any]) -> None:
        self.touch()
        self._close_day()

    def _product_future_allocation(self, op: dict[str, Any]) -> None:
        self.spreads.setdefault(op["product"], {})[op["transaction_type"]] = op["rule"]

    def _add_charge(self, op: dict[str, Any]) -> None:
        self._charge(op["charge"], op.get("time"), op.get("amount_or_pct"), op.get("due_date"))

    def _charge(self, name: str, when: str | None, amount: str | None, due_date: str | None) -> None:
        kind = self.charge_types[CHARGE_NAMES[name]]
        time = TIMES[when or kind["time"]]
        base = BASES[kind["calculation"]]
        value = amount or kind["default_amount"]
        due = date.fromisoformat(due_date) if due_date else self.today
        self.add(
            Charged(
                seq=self.seq,
                on=due,
                entered_on=self.today,
                name=kind["name"],
                time=time,
                base=base,
                value=Decimal(minor(value)) if base is ChargeBase.FLAT else Decimal(value),
                penalty=kind["penalty"],
            )
        )

    def _update_charge_product(self, op: dict[str, Any]) -> None:
        kind = self.charge_types[CHARGE_NAMES[op["charge"]]]
        kind["calculation"], kind["default_amount"] = op["calculation"], op["amount_or_pct"]

    def _waive_charge(self, _op: dict[str, Any]) -> None:
        charge = [event for event in self.live() if isinstance(event, Charged)][-1]
        amount = next(each.amount - each.paid for each in self.state.charges if each.seq == charge.seq)
        self.move(Kind.CHARGE_WAIVER, min(charge.on, self.today), amount, charge=charge.seq)

    def _undo_waive_charge(self, _op: dict[str, Any]) -> None:
        self.undo(self.live(Kind.CHARGE_WAIVER)[0].seq)

    def _charge_adjustment(self, op: dict[str, Any]) -> None:
        name = CHARGE_NAMES[op["charge"]]
        due = date.fromisoformat(op["charge_due"])
        charges = [e for e in self.live() if isinstance(e, Charged) and e.name == name and e.on == due]
        self.move(Kind.CHARGE_ADJUSTMENT, self.today, minor(op["amount"]), charge=charges[-1].seq)

    def _undo_charge_adjustment(self, op: dict[str, Any]) -> None:
        self.undo(self.live(Kind.CHARGE_ADJUSTMENT)[-1].seq)

    def _charge_off(self, op: dict[str, Any]) -> None:
        self.move(Kind.CHARGE_OFF, op["date"], reason=op.get("reason") or "", fraud=self.fraud)

    def _undo_charge_off(self, _op: dict[str, Any]) -> None:
        self.undo(self.live(Kind.CHARGE_OFF)[-1].seq)

    def _write_off(self, op: dict[str, Any]) -> None:
        self.move(Kind.WRITE_OFF, op["date"], reason=op.get("reason") or "")

    def _set_fraud(self, op: dict[str, Any]) -> None:
        self.fraud = op["value"]

    def _terminate_contract(self, _op: dict[str, Any]) -> None:
        self.move(Kind.TERMINATION, self.today)

    def _undo_terminate_contract(self, _op: dict[str, Any]) -> None:
        self.undo(self.live(Kind.TERMINATION)[-1].seq)

    def _re_age(self, op: dict[str, Any]) -> None:
        handling = op.get("reAgeInterestHandling") or "DEFAULT"
        first_due_on = date.fromisoformat(op["startDate"])
        self.tranches = []
        self.add(
            ReAged(
                seq=self.seq,
                on=min(self.today, first_due_on),
                entered_on=self.today,
                first_due_on=first_due_on,
                count=int(op["numberOfInstallments"]),
                every=int(op["frequencyNumber"]),
                unit=Unit(op["frequencyType"].lower()),
                equal_parts=handling.startswith("EQUAL"),
                earned_interest_only=handling.endswith("PAYABLE_INTEREST"),
            )
        )

    def _undo_re_age(self, _op: dict[str, Any]) -> None:
        self.undo([event for event in self.live() if isinstance(event, ReAged)][-1].seq)

    def _re_amortize(self, _op: dict[str, Any]) -> None:
        self.add(ReAmortised(seq=self.seq, on=self.today, entered_on=self.today))

    def _undo_re_amortize(self, _op: dict[str, Any]) -> None:
        self.undo([event for event in self.live() if isinstance(event, ReAmortised)][-1].seq)

    def _reschedule(self, op: dict[str, Any]) -> None:
        on = date.fromisoformat(op["rescheduleFromDate"])
        if op.get("newInterestRate"):
            rate = Decimal(op["newInterestRate"])
            self.add(RateChanged(seq=self.seq, on=on, entered_on=self.today, rate_pct=rate))
        if op.get("extraTerms"):
            self.add(Extended(seq=self.seq, on=on, entered_on=self.today, count=int(op["extraTerms"])))
        if op.get("adjustedDueDate"):
            to = date.fromisoformat(op["adjustedDueDate"])
            self.add(DueMoved(seq=self.seq, on=on, entered_on=self.today, to=to))

    def _interest_pause(self, op: dict[str, Any]) -> None:
        if op.get("must_fail"):
            return
        start, end = date.fromisoformat(op["start"]), date.fromisoformat(op["end"])
        self.add(Paused(seq=self.seq, on=start, entered_on=self.today, to=end))

    def _delete_interest_pause(self, _op: dict[str, Any]) -> None:
        last = [event for event in self.live() if isinstance(event, Paused)][-1]
        self.events += (Undone(seq=self.seq, on=self.today, entered_on=self.today, of=last.seq),)
        self.touch()

    def _capitalized_income(self, op: dict[str, Any]) -> None:
        self.move(Kind.CAPITALISED_INCOME, op["date"], minor(op["amount"]))

    def _capitalized_income_adjustment(self, op: dict[str, Any]) -> None:
        of = self.live(Kind.CAPITALISED_INCOME)[-1].seq
        self.move(Kind.CAPITALISED_INCOME_ADJUSTMENT, op["date"], minor(op["amount"]), of=of)

    def _buy_down_fee(self, op: dict[str, Any]) -> None:
        self.move(Kind.BUY_DOWN_FEE, op["date"], minor(op["amount"]))

    def _buy_down_fee_adjustment(self, op: dict[str, Any]) -> None:
        of = self.live(Kind.BUY_DOWN_FEE)[0].seq
        self.move(Kind.BUY_DOWN_FEE_ADJUSTMENT, op["date"], minor(op["amount"]), of=of)

    def _nothing(self, _op: dict[str, Any]) -> None:
        """What changes nothing that is compared."""

    _config = _delinquency_pause = _delinquency_resume = _run_delinquency_classification = _nothing
    _run_periodic_accrual = _nothing

    def _product_set(self, op: dict[str, Any]) -> None:
        self.folder.products[op["product"]]["repaymentStartDateType"] = op["repaymentStartDateType"]
