"""Live updates, as the API streams them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class LiveEvent(Struct, frozen=True, kw_only=True):
    """Something happened: `topic` says what, `refs` to what, by which to read it again.

    The topics are those of the published events, such as `servicing.repayment_recorded`; and `live.hello` when a stream
    begins, `live.reset` when some news were missed: read again whatever is on the screen.
    """

    id: UUID | None
    topic: str
    refs: dict[str, str] = {}
    at: datetime | None = None
