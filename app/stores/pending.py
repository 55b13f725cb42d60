"""A payment that was set going and has not arrived. It outlives the app, and the question whether it was asked for."""

from enum import StrEnum
from uuid import UUID

import msgspec

from shared.api.servicing import TransactionKind, TransactionOut
from shared.money import Money


class Way(StrEnum):
    """Which way."""

    TRANSFER = "transfer"
    LINK = "link"
    DEBIT = "debit"


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """Kept on the device before anything is asked for, so that whoever loses the answer asks under the same `key`.

    `known` are the loan's movements from before it; `order_id` is the link or the debit once the platform has answered,
    and `reference` what the repayment by it bears.
    """

    amount: Money
    way: Way
    key: str
    known: tuple[UUID, ...]
    mandate_id: UUID | None = None
    order_id: UUID | None = None
    reference: str | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the platform knows of it; a transfer is between the borrower and their bank."""
        return self.way is Way.TRANSFER or self.order_id is not None

    def is_met_by(self, moved: TransactionOut) -> bool:
        """Whether a movement is this payment. Any new one is a transfer, whose sum the borrower may have changed."""
        if moved.kind is not TransactionKind.REPAYMENT or moved.reversed_on is not None or moved.id in self.known:
            return False
        if self.reference is not None:
            return moved.reference == self.reference
        return self.way is Way.TRANSFER or moved.amount == self.amount
