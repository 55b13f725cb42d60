"""Schedules and replays per second on one core, beside numpy-financial's payment schedule.

numpy-financial gives payment, interest and principal of each period as floats: no dates, no rounding to cents, no last
instalment, no days. Ours gives rows that a borrower can be held to. Both sides take turns in short slices, so what else
the machine does meets them alike. A ratio above 1 says that we are faster.
"""

import gc
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter

import numpy as np
import numpy_financial as npf

from backend.servicing.domain.living.contract import Contract, Order, Target, Timing
from backend.servicing.domain.living.happenings import AnyEvent, Kind, Moved, Undone
from backend.servicing.domain.living.replay import replay
from backend.servicing.domain.quote import price
from backend.servicing.domain.schedule import build_schedule
from shared.terms import Frequency, LoanTerms, Part
from tests.bench.frame import Figures, Options, finish, geometric_mean, machine, options, table

LENGTHS = (4, 12, 36)
SLICE_S = 0.05
START = date(2026, 1, 31)
RATE_PCT = Decimal("24.5")
PRINCIPAL_MINOR = 1_000_000_00

Work = Callable[[], object]


def main() -> None:
    """Measures, prints a table, and with `--json` ends with all figures in one line."""
    chosen = options(__doc__ or "", seconds=12)
    figures = {**machine(), **_measure(chosen)}
    print(table(("one core", "a second", "numpy-financial", "ratio"), _rows(figures)))
    print(
        f"\nratio of our schedules to numpy-financial's: {figures['ratio_schedules']:.2f} "
        "(geometric mean over the lengths; ours are dated, rounded and repay to the cent)"
    )
    finish(chosen, figures)


def _measure(chosen: Options) -> Figures:
    works: dict[str, Work] = {}
    for count in LENGTHS:
        works[f"schedules_{count}"] = _ours(count)
        works[f"numpy_financial_{count}"] = _theirs(count)
    works["quotes_12"] = _quoted(12)
    works["replays"] = _replayed()
    rates = _in_turns(works, chosen.seconds)
    figures: Figures = {f"{name}_per_second": rate for name, rate in rates.items()}
    for count in LENGTHS:
        figures[f"ratio_schedules_{count}"] = rates[f"schedules_{count}"] / rates[f"numpy_financial_{count}"]
    figures["ratio_schedules"] = geometric_mean(figures[f"ratio_schedules_{count}"] for count in LENGTHS)
    return figures


def _in_turns(works: dict[str, Work], seconds: float) -> dict[str, float]:
    """How often each work is done a second, all in turns until `seconds` are over; each at least once."""
    done = dict.fromkeys(works, 0)
    spent = dict.fromkeys(works, 0.0)
    for work in works.values():
        work()
    gc.collect()
    end = perf_counter() + seconds
    while perf_counter() < end or not all(done.values()):
        for name, work in works.items():
            began = perf_counter()
            while (now := perf_counter()) - began < SLICE_S:
                work()
                done[name] += 1
            spent[name] += now - began
    return {name: done[name] / spent[name] for name in works}


def _terms(count: int) -> LoanTerms:
    return LoanTerms(
        currency="NGN",
        principal_minor=PRINCIPAL_MINOR,
        annual_rate_pct=RATE_PCT,
        instalments=count,
        frequency=Frequency.MONTHLY,
    )


def _ours(count: int) -> Work:
    terms = _terms(count)
    return lambda: build_schedule(terms, START)


def _quoted(count: int) -> Work:
    """With both annual percentage rates."""
    terms = _terms(count)
    return lambda: price(terms, START)


def _theirs(count: int) -> Work:
    rate, principal = float(RATE_PCT) / 1200, PRINCIPAL_MINOR / 100

    def schedule() -> object:
        periods = np.arange(1, count + 1)
        return (
            npf.pmt(rate, count, principal),
            npf.ipmt(rate, periods, count, principal),
            npf.ppmt(rate, periods, count, principal),
        )

    return schedule


def _replayed() -> Work:
    """A loan of a year, half of it lived: paid in time, early, late, and once by a payment that bounced."""
    contract = Contract(
        submitted_on=START,
        principal_minor=PRINCIPAL_MINOR,
        annual_rate_pct=RATE_PCT,
        instalments=12,
        recalculates=True,
        orders={"default": Order(tuple(Target(timing, part) for timing in Timing for part in Part))},
    )
    events: list[AnyEvent] = [_moved(1, Kind.DISBURSEMENT, START, PRINCIPAL_MINOR)]
    for number, days in enumerate((28, 57, 91, 112, 150, 178), 2):
        events.append(_moved(number, Kind.REPAYMENT, START + timedelta(days=days), 95_000_00))
    events.append(Undone(seq=8, on=START + timedelta(days=93), entered_on=START + timedelta(days=93), of=4))
    happened, as_of = tuple(events), START + timedelta(days=181)
    return lambda: replay(contract, happened, as_of)


def _moved(seq: int, kind: Kind, on: date, amount: int) -> Moved:
    return Moved(seq=seq, on=on, entered_on=on, kind=kind, amount_minor=amount)


def _rows(figures: Figures) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for count in LENGTHS:
        ours, theirs = figures[f"schedules_{count}_per_second"], figures[f"numpy_financial_{count}_per_second"]
        rows.append((f"schedules of {count}", round(ours), round(theirs), figures[f"ratio_schedules_{count}"]))
    rows.append(("quotes of 12 with both APRs", round(figures["quotes_12_per_second"]), "", ""))
    rows.append(("replays of 8 events", round(figures["replays_per_second"]), "", ""))
    return rows


if __name__ == "__main__":
    main()
