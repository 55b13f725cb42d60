"""An application as every context may see it: figures and identifiers, nothing personal."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from shared.api.applications import ApplicationStatus, Purpose
from shared.api.products import Channel, ProductKind
from shared.money import Money


class Application(Struct, frozen=True, kw_only=True):
    """One application. `revision` counts its submissions: it rises when more was asked for and given."""

    id: UUID
    user_id: UUID
    business_id: UUID | None = None
    product_id: UUID
    product_kind: ProductKind
    product_name: str
    channel: Channel
    status: ApplicationStatus = ApplicationStatus.DRAFT
    revision: int = 0
    currency: str
    amount_minor: int | None = None
    instalments: int | None = None
    purpose: Purpose | None = None
    payout_account_id: UUID | None = None
    loan_id: UUID | None = None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None = None

    @property
    def amount(self) -> Money | None:
        """What is asked for, once it is known."""
        return None if self.amount_minor is None else Money.of(self.amount_minor, self.currency)
