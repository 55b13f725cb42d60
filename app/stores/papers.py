"""What the borrower gave and signed, and who the lenders are."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import flet as ft

from app.stores.query import Query
from app.stores.root import Store
from shared.api.agreements import AgreementSummary
from shared.api.applications import StatusStepOut
from shared.api.offers import LenderOut
from shared.api.onboarding import DocumentOut
from shared.client import Download

_SHOWN = 100
_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


@dataclass(frozen=True)
class Papers:
    """The newest first: the files that were handed in to be checked, the agreements that were signed."""

    given: list[DocumentOut]
    signed: list[AgreementSummary]


def papers(store: Store) -> Query[Papers]:
    """Read at once; empty where there is neither."""

    async def fetch() -> Papers:
        client = store.client
        given = await client.onboarding.documents(limit=_SHOWN)
        agreements = await client.agreements.agreements(limit=_SHOWN)
        return Papers(given.items, [each for each in agreements.items if each.signed_at is not None])

    return store.query("papers", fetch, is_empty=lambda found: not found.given and not found.signed)


def steps(store: Store, application_id: UUID) -> Query[list[StatusStepOut]]:
    """What happened to an application, the oldest first."""
    read = store.read(lambda client: client.applications.history(application_id))
    return store.query(("steps", application_id), read)


def lenders(store: Store) -> Query[list[LenderOut]]:
    """Who may lend here."""
    return store.query("lenders", store.read(lambda client: client.offers.lenders()))


class Handout(ft.Observable):
    """Gives a file that the platform keeps back to its owner."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()

    async def document(self, each: DocumentOut) -> None:
        """A file of a check, named by what it shows."""
        name = f"{each.purpose.value.replace('_', '-')}.{_EXTENSIONS.get(each.media_type, 'bin')}"
        await self._give(name, lambda: self._store.client.onboarding.download_document(each.id))

    async def attachment(self, application_id: UUID, attachment_id: UUID, name: str) -> None:
        """A file of an application, by the name that it had."""
        await self._give(name, lambda: self._store.client.applications.attachment(application_id, attachment_id))

    async def _give(self, name: str, read: Callable[[], Awaitable[Download]]) -> None:
        found = await self.action.run(read)
        if found is not None:
            await self._store.platform.save_file(name, found.content, found.media_type)
