"""What entering an event brings with it: down payments made at once, interest that comes back with returned goods."""

from backend.servicing.domain.living.contract import Contract
from backend.servicing.domain.living.happenings import AnyEvent, Kind, Moved
from backend.servicing.domain.living.lend import down_payment_of
from backend.servicing.domain.living.replay import replay


def consequences(contract: Contract, events: tuple[AnyEvent, ...], event: AnyEvent) -> tuple[Moved, ...]:
    """The events that follow from `event` by themselves; `events` are those before it."""
    if not isinstance(event, Moved):
        return ()
    seq = event.seq + 1
    if event.kind is Kind.DISBURSEMENT and contract.down_payment_auto and contract.down_payment_pct is not None:
        state = replay(contract, (*events, event), event.on)
        over = next((posting.over for posting in state.postings if posting.seq == event.seq), 0)
        amount = max(down_payment_of(contract, event.amount_minor) - over, 0)
        return (_follow(event, seq, Kind.DOWN_PAYMENT, amount),) if amount else ()
    if event.kind in contract.refunds_interest:
        return (_follow(event, seq, Kind.INTEREST_REFUND, 0),)
    return ()


def _follow(event: Moved, seq: int, kind: Kind, amount: int) -> Moved:
    return Moved(seq=seq, on=event.on, entered_on=event.entered_on, kind=kind, amount_minor=amount, of=event.seq)


def follow_ups_of(events: tuple[AnyEvent, ...], seq: int) -> list[int]:
    """The numbers of the events that go when the event `seq` is undone: what followed from it by itself."""
    kinds = {Kind.INTEREST_REFUND}
    return [each.seq for each in events if isinstance(each, Moved) and each.of == seq and each.kind in kinds]
