"""Reads journals and holds as they are asked for over HTTP."""

from collections.abc import Sequence

import msgspec
from msgspec import Raw

from backend.kernel.bodies import told
from backend.ledger.domain.chart import AccountKind, ChartEntry, Side, normal_side
from backend.ledger.domain.holds import Hold, HoldKind
from backend.ledger.domain.journal import Journal
from shared.api import ledger_posting as api
from shared.errors import CaasError, InvalidInput

_JOURNAL = msgspec.json.Decoder(Journal)
_BY_HAND = "api"


def journal(asked: api.JournalIn) -> Journal:
    """The journal that is asked for."""
    return _JOURNAL.decode(msgspec.json.encode(asked))


def journals(asked: Sequence[Raw]) -> list[Journal | CaasError]:
    """Each journal, or why it can't be read: straight from its JSON, since there are thousands."""
    return [_read(each) for each in asked]


def _read(asked: Raw) -> Journal | CaasError:
    try:
        found = _JOURNAL.decode(asked)
    except msgspec.ValidationError as refusal:
        return InvalidInput(told(str(refusal)))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return InvalidInput({"body": "is not JSON"})
    if ":" in found.key or found.source or found.reverses is not None or found.key == "":
        return InvalidInput({"key": "must have no colon; source and reverses are not yours to set"})
    return found


def hold(asked: api.HoldIn) -> Hold:
    """The hold that is asked for. Raises InvalidInput for an amount that is not above zero."""
    if asked.amount.amount_minor <= 0:
        raise InvalidInput({"amount.amount_minor": "must be above 0"})
    return Hold(
        key=asked.key,
        account=asked.account,
        amount_minor=asked.amount.amount_minor,
        currency=asked.amount.currency,
        kind=HoldKind(asked.kind),
        loan_id=asked.loan_id,
        party_id=asked.party_id,
        expires_at=asked.expires_at,
        description=asked.description,
        source=_BY_HAND,
    )


def account(asked: api.AccountIn) -> ChartEntry:
    """The account that is asked for. Raises InvalidInput for a unit without decimals, or a heading with a floor."""
    if (asked.unit is None) != (asked.exponent is None):
        raise InvalidInput({"exponent": "goes with `unit`"})
    if not asked.postable and asked.floor_minor is not None:
        raise InvalidInput({"floor_minor": "a heading takes no postings, so it has no floor"})
    kind = AccountKind(asked.kind)
    return ChartEntry(
        code=asked.code,
        number=asked.number,
        name=asked.name,
        kind=kind,
        normal_side=Side(asked.normal_side) if asked.normal_side else normal_side(kind),
        parent=asked.parent,
        postable=asked.postable,
        floor_minor=asked.floor_minor,
        unit=asked.unit,
        exponent=asked.exponent,
    )
