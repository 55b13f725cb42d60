"""What a borrower does about a dispute that is open: says more, shows more, takes it back, asks for another look."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import flet as ft

from app.stores import support
from app.stores.files import PICTURES, Handover
from app.stores.root import Store
from shared.api.conversations import AttachmentOut
from shared.api.disputes import DisputeNoteIn, DisputeOut
from shared.client import Upload

MAX_WORDS = 2000


class DisputeCare(ft.Observable):
    """Observable; one for each visit. `words` is what is being written."""

    def __init__(self, store: Store, dispute_id: UUID) -> None:
        self._store = store
        self._id = dispute_id
        self.action = store.action()
        self.words = ""
        self.evidence = Handover(store, self._add, PICTURES)

    def write(self, words: str) -> None:
        """Takes what is typed."""
        self.action.clear()
        self.words = words[:MAX_WORDS]

    async def tell(self) -> None:
        """Says more, or answers what was asked."""
        body = DisputeNoteIn(text=self.words.strip())
        key = self.action.key(("tell", body))
        await self._act(lambda: self._store.client.disputes.tell(self._id, body, idempotency_key=key))

    async def escalate(self) -> None:
        """Asks for a second look."""
        body = DisputeNoteIn(text=self.words.strip())
        key = self.action.key(("escalate", body))
        await self._act(lambda: self._store.client.disputes.escalate(self._id, body, idempotency_key=key))

    async def withdraw(self) -> None:
        """Takes the dispute back."""
        key = self.action.key("withdraw")
        await self._act(lambda: self._store.client.disputes.withdraw(self._id, idempotency_key=key))

    async def keep(self, file: AttachmentOut) -> None:
        """Gives the borrower a file of theirs."""
        found = await self.action.run(lambda: self._store.client.disputes.download_evidence(self._id, file.id))
        if found is not None:
            await self._store.platform.save_file(file.filename, found.content, file.media_type)

    async def _add(self, upload: Upload) -> AttachmentOut:
        key = self.evidence.action.key((self._id, upload.filename, len(upload.content)))
        added = await self._store.client.disputes.add_evidence(self._id, upload, idempotency_key=key)
        await self._store.refresh(support.dispute_key(self._id))
        return added

    async def _act(self, work: Callable[[], Awaitable[DisputeOut]]) -> None:
        found = await self.action.run(work)
        if found is not None:
            self.words = ""
            support.dispute(self._store, self._id).put(found)
            await self._store.refresh(support.disputes_key(found.loan_id))
