"""Financial statements: accounts rolled up into their headings, currency by currency."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from backend.ledger.domain.balances import Volume
from backend.ledger.domain.chart import AccountKind, ChartEntry, normal_side

Debits = Mapping[str, int]  # net debits by account, in minor units


class ReportLine(Struct, frozen=True, kw_only=True):
    """An account or heading with its amount on the side on which its kind grows, in minor units."""

    entry: ChartEntry
    depth: int
    amount_minor: int


def by_currency(volumes: Iterable[Volume]) -> dict[str, dict[str, int]]:
    """Net debits by currency and account."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for volume in volumes:
        found[volume.currency][volume.account] = volume.net_debit_minor
    return dict(sorted(found.items()))


def change(after: Debits, before: Debits) -> dict[str, int]:
    """Net debits of what came between."""
    return {account: after.get(account, 0) - before.get(account, 0) for account in {**before, **after}}


def total(chart: Iterable[ChartEntry], debits: Debits, kind: AccountKind) -> int:
    """What all accounts of a kind come to, on the side on which it grows."""
    return normal_side(kind).sign * sum(debits.get(entry.code, 0) for entry in chart if entry.kind is kind)


def rolled_up(chart: Iterable[ChartEntry], debits: Debits, kinds: Iterable[AccountKind]) -> list[ReportLine]:
    """Lines of the accounts of `kinds`, each below its heading, the headings summed up; without those that are zero."""
    children: dict[str | None, list[ChartEntry]] = defaultdict(list)
    wanted = set(kinds)
    for entry in sorted(chart, key=lambda entry: (entry.number, entry.code)):
        if entry.kind in wanted:
            children[entry.parent].append(entry)

    def below(parent: str | None, depth: int) -> Iterator[ReportLine]:
        for entry in children[parent]:
            inner = list(below(entry.code, depth + 1))
            own = normal_side(entry.kind).sign * debits.get(entry.code, 0)
            amount = own + sum(line.amount_minor for line in inner if line.depth == depth + 1)
            if amount or inner or entry.code in debits:
                yield ReportLine(entry=entry, depth=depth, amount_minor=amount)
                yield from inner

    return list(below(None, 0))
