"""The ledger against PostgreSQL's own limit of one commit for each transfer, measured in turns in one run.

The limit is pgbench with 16 clients, each call of the same function one commit. Beside it: our posting inside a
caller's transaction with 16 clients, and our group commit with 16, 64, 256 and 1,000, over ten thousand accounts and
out of a single one. Everybody uses the same function, database, way in and role, with row-level security and
synchronous_commit on, and every account has a floor: a balance that must be decided on. `free` is a hot account
without one.

`in_transaction_*` and `group_commit_*` are ratios to the limit of their own round, medians; `bulk_http_per_s` counts
journals a second over HTTP. `measured` has rates, 95th percentiles and the spread of each. With `--sizes` the cost of
reading and posting in other books of so many postings follows: `--sizes 10000,1000000,10000000` takes the better part
of an hour.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import uvloop

from tests.bench.books.bulk import bulk, serving
from tests.bench.books.ground import FREE, HOT, Ground, ground
from tests.bench.books.sides import Slice, group_commit, in_transaction, pgbench
from tests.bench.books.sizes import costs, grow
from tests.bench.frame import Figures, Options, finish, machine, options, percentile, table

LIMIT_CLIENTS = 16
GROUP_CLIENTS = (16, 64, 256, 1_000)
SLICE_S = 1.5
LOADS: dict[str, str | None] = {"uniform": None, "hot": HOT}
_FAULTS = "SELECT * FROM ledger_faults()"

Measure = Callable[..., Coroutine[Any, Any, Slice]]


@dataclass
class Series:
    """One side under one load, round by round."""

    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)

    def add(self, slice_: Slice, limit: float) -> None:
        self.rates.append(slice_.per_s)
        self.ratios.append(slice_.per_s / limit)
        self.times_ms += slice_.times_ms

    def told(self) -> Figures:
        times = sorted(self.times_ms)
        return {
            "per_s": median(self.rates),
            "ratio": median(self.ratios),
            "ratio_low": min(self.ratios),
            "ratio_high": max(self.ratios),
            "p50_ms": percentile(times, 0.5),
            "p95_ms": percentile(times, 0.95),
        }


def sides() -> list[tuple[str, Measure, int]]:
    """What is measured beside the limit."""
    grouped: list[tuple[str, Measure, int]] = [("group_commit", group_commit, clients) for clients in GROUP_CLIENTS]
    return [("in_transaction", in_transaction, LIMIT_CLIENTS), *grouped]


async def measure(on: Ground, seconds: float) -> tuple[dict[str, Series], list[float]]:
    """Every side in turns, in as many rounds as fit; the first one warms up. By name; and the bulk endpoint's rates."""
    series: dict[str, Series] = {}
    rates: list[float] = []
    slices = len(LOADS) * (len(sides()) + 2) + 2
    rounds = max(2, round(seconds / (slices * SLICE_S)))
    async with serving(on):
        for turn in range(rounds + 1):
            for load, payer in LOADS.items():
                before = await pgbench(on, payer, clients=LIMIT_CLIENTS, seconds=SLICE_S)
                taken = [
                    (f"{name}_{load}_{clients}", await side(on, payer, clients=clients, seconds=SLICE_S))
                    for name, side, clients in sides()
                ]
                after = await pgbench(on, payer, clients=LIMIT_CLIENTS, seconds=SLICE_S)
                limit = (before.per_s + after.per_s) / 2
                if load == "hot":
                    free = await in_transaction(on, FREE, clients=LIMIT_CLIENTS, seconds=SLICE_S)
                    taken.append((f"in_transaction_free_{LIMIT_CLIENTS}", free))
                for name, slice_ in [*taken, (f"pgbench_{load}_{LIMIT_CLIENTS}", before)] if turn else []:
                    series.setdefault(name, Series()).add(slice_, limit)
            rate = await bulk(on, seconds=SLICE_S)
            rates += [rate] if turn else []
            await on.settle()
    return series, rates


async def run(chosen: Options) -> Figures:
    """Prepares, measures, checks that the books are whole, and tells."""
    before = machine()
    async with ground() as on:
        series, rates = await measure(on, chosen.seconds)
        await on.owner.execute(f"SET app.tenant_id = '{on.tenant.id}'")
        faults = [row[0] for row in await on.owner.fetch(_FAULTS)]
        assert faults == [], faults
    sizes = {}
    if chosen.more.get("sizes"):
        async with ground() as on:
            for size in chosen.more["sizes"].split(","):
                await grow(on, int(size))
                sizes[size] = await costs(on)
    measured = {name: each.told() for name, each in sorted(series.items())}
    ratios = {name: one["ratio"] for name, one in measured.items() if not name.startswith("pgbench")}
    return {
        "benchmark": "ledger",
        **ratios,
        "bulk_http_per_s": median(rates),
        "group_commit_p95_ms_64": measured["group_commit_uniform_64"]["p95_ms"],
        "measured": measured,
        "sizes": sizes,
        "faults": len(faults),
        "machine": before,
    }


def show(figures: Figures) -> None:
    """Prints the figures for people."""
    head = ("side", "a second", "ratio", "lowest", "highest", "p50 ms", "p95 ms")
    names = ("per_s", "ratio", "ratio_low", "ratio_high", "p50_ms", "p95_ms")
    print(table(head, [(name, *(one[each] for each in names)) for name, one in figures["measured"].items()]))
    print(f"\nBulk over HTTP: {figures['bulk_http_per_s']:,.0f} journals a second")
    if figures["sizes"]:
        columns = list(next(iter(figures["sizes"].values())))
        rows = [(f"{int(size):,}", *(each[name] for name in columns)) for size, each in figures["sizes"].items()]
        print("\n" + table(("postings", *columns), rows))


def main() -> None:
    """The command."""
    sizes = "books of so many postings to measure the cost in, with commas between"
    chosen = options(__doc__ or "", seconds=120, more={"sizes": sizes})
    figures = uvloop.run(run(chosen))
    show(figures)
    finish(chosen, figures)


if __name__ == "__main__":
    main()
