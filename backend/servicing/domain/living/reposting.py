"""Which journals an entry reverses and posts anew: those of the postings that a replay with it tells otherwise.

A payment entered late, an event undone or a rate changed in the past moves what later postings paid. Their journals
are taken back whole and posted again, as accountants read them; what is told as before keeps its journal.
"""

from msgspec import Struct
from msgspec.structs import replace

from backend.servicing.domain.living.happenings import Kind
from backend.servicing.domain.living.state import LoanState, PostingState


class Reposting(Struct, frozen=True):
    """Postings whose journals are reversed, as they stood, and those to be posted, as they stand now."""

    reversed: tuple[PostingState, ...]
    posted: tuple[PostingState, ...]


def reposting(before: LoanState, after: LoanState) -> Reposting:
    """What changed between two replays of one loan, each in the order of its postings."""
    old, new = _told(before), _told(after)
    return Reposting(
        tuple(posting for key, posting in old.items() if key not in new),
        tuple(posting for key, posting in new.items() if key not in old),
    )


def _told(state: LoanState) -> dict[tuple[PostingState, bool, int], PostingState]:
    """Each posting by all that its journal shows: not the running balance, but whether the loan was charged off."""
    told: dict[tuple[PostingState, bool, int], PostingState] = {}
    charged_off = False
    for posting in state.postings:
        if posting.void:
            continue
        shown = replace(posting, balance=0)
        nth = sum(1 for each, _, _ in told if each == shown)
        told[shown, charged_off, nth] = posting
        charged_off |= posting.kind is Kind.CHARGE_OFF
    return told
