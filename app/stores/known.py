"""What was known last of the borrower's credit, left on the device: a start without a network has something to show."""

from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from app.platform.port import DeviceFailed
from app.stores.home import Home
from app.stores.root import Store
from shared.api.identity import TenantOut
from shared.api.servicing import CreditLineOut, LoanOut

_NAME = "known"
KEPT_FOR = timedelta(days=30)  # what is older says more that is wrong than right


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """As it was read at `at`. Figures to look at: nothing can be done with them."""

    at: datetime
    tenant: TenantOut
    loans: list[LoanOut]
    lines: list[CreditLineOut]

    @property
    def home(self) -> Home:
        """The part of the first screen that is kept."""
        return Home(loans=self.loans, lines=self.lines)


async def keep_known(store: Store, home: Home, at: datetime) -> None:
    """Leaves on the device what the first screen shows, for its borrower alone and until they sign out."""
    tenant = store.session.tenant
    if tenant is None:
        return
    with suppress(DeviceFailed):
        await store.keep(_NAME, Known(at=at, tenant=tenant, loans=home.loans, lines=home.lines))


def kept_anew(at: datetime) -> datetime:
    """Changes every ten minutes: then it is kept for its age, where nothing else changed."""
    return at.replace(minute=at.minute // 10 * 10, second=0, microsecond=0)


async def last_known(store: Store) -> Known | None:
    """What whoever signed in here last was shown, unless they signed out since, or it is too old."""
    if await store.tokens.load() is None:
        return None
    known = await store.kept_by_last(_NAME, Known)
    return known if known is not None and store.clock.now() - known.at <= KEPT_FOR else None
