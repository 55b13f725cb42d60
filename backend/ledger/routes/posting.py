"""Writing the books over HTTP: journals, one and thousands at a time, holds, accounts, closings, keys."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import requires
from backend.kernel.db import ReadTx, Tx
from backend.kernel.edge import Edge
from backend.kernel.paging import Cursor, Limit
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
from backend.ledger import views
from backend.ledger.domain.closing import Late
from backend.ledger.group_commit import GroupCommit
from backend.ledger.store import chain
from backend.ledger.usecases import read, read_in
from backend.ledger.usecases.close_period import close_period
from backend.ledger.usecases.hold import place_hold, post_hold, void_hold
from backend.ledger.usecases.post import reverse
from backend.ledger.usecases.sign import rotate
from shared.api.ledger import JournalOut
from shared.api.ledger_posting import (
    BulkIn,
    BulkOut,
    ClosingIn,
    ClosingOut,
    HoldIn,
    HoldOut,
    JournalIn,
    ReversalIn,
    SigningKeyOut,
)
from shared.errors import CaasError
from shared.paging import DEFAULT_PAGE, Page

OnAccount = Annotated[str | None, QueryParameter(name="account", max_length=48, description="On this account")]
OnlyOpen = Annotated[bool, QueryParameter(name="open", description="Only those that have not ended")]


class PostingController(Controller):
    """Journals, holds, accounts and closings."""

    path = "/v1/ledger"
    tags = ("Ledger",)
    guards = (requires(Role.OPERATIONS, Role.TENANT_ADMIN),)

    @post("/journals/bulk", operation_id="postJournals", summary="Post thousands of journals", status_code=200)
    async def post_journals(
        self, edge: NamedDependency[Edge], group_commit: NamedDependency[GroupCommit], data: JSONBody[BulkIn]
    ) -> BulkOut:
        """Posts journals each for itself, once for its key, and answers each in its place. Safe to send again."""
        scope = await edge.keyed_scope()
        answers = read_in.journals(data.journals)
        sound = [(place, each) for place, each in enumerate(answers) if not isinstance(each, CaasError)]
        posted = await group_commit.post_each(scope.tenant_id, [each for _, each in sound])
        outcome = dict(zip((place for place, _ in sound), posted, strict=True))
        refusals = {place: each for place, each in enumerate(answers) if isinstance(each, CaasError)}
        return views.bulk([outcome[place] if place in outcome else refusals[place] for place in range(len(answers))])

    @post("/journals/{journal_id:uuid}/reversal", operation_id="reverseJournal", summary="Undo a journal by another")
    async def reverse_journal(
        self, edge: NamedDependency[Edge], journal_id: FromPath[UUID], data: JSONBody[ReversalIn]
    ) -> JournalOut:
        """Posts the journal that takes back every posting of this one; a journal is reversed at most once."""

        async def use(tx: Tx) -> JournalOut:
            day, why = data.effective_on, data.description
            return views.journal(await reverse(tx, journal_id, key=data.key, effective_on=day, description=why))

        return await edge.write(use, JournalOut)

    @post("/holds", operation_id="placeHold", summary="Hold money")
    async def place(self, edge: NamedDependency[Edge], data: JSONBody[HoldIn]) -> HoldOut:
        """Reserves an amount: until the hold ends it is not available to anything else."""

        async def use(tx: Tx) -> HoldOut:
            return views.hold(await place_hold(tx, read_in.hold(data)))

        return await edge.write(use, HoldOut)

    @get("/holds", operation_id="listHolds", summary="Holds, the newest first")
    async def holds(
        self,
        edge: NamedDependency[Edge],
        account: OnAccount = None,
        *,
        only_open: OnlyOpen = False,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[HoldOut]:
        """One page of holds."""
        return await edge.read(lambda tx: read.holds(tx, account, is_open=only_open, cursor=cursor, limit=limit))

    @get("/holds/{hold_id:uuid}", operation_id="getHold", summary="One hold")
    async def hold(self, edge: NamedDependency[Edge], hold_id: FromPath[UUID]) -> HoldOut:
        """A hold as it stands now."""
        return await edge.read(lambda tx: read.hold(tx, hold_id))

    @post("/holds/{hold_id:uuid}/post", operation_id="postHold", summary="Post what is held")
    async def post_held(
        self, edge: NamedDependency[Edge], hold_id: FromPath[UUID], data: JSONBody[JournalIn]
    ) -> JournalOut:
        """Ends a hold by a journal that takes from it, in whole or in part; what is left of it is free again."""

        async def use(tx: Tx) -> JournalOut:
            return views.journal(await post_hold(tx, hold_id, read_in.journal(data)))

        return await edge.write(use, JournalOut)

    @post("/holds/{hold_id:uuid}/void", operation_id="voidHold", summary="Let go of what is held")
    async def void(self, edge: NamedDependency[Edge], hold_id: FromPath[UUID]) -> HoldOut:
        """Ends a hold: what it reserved is available again."""

        async def use(tx: Tx) -> HoldOut:
            return views.hold(await void_hold(tx, hold_id))

        return await edge.write(use, HoldOut)

    @post("/closings", operation_id="closeBooks", summary="Close the books through a day")
    async def close(self, edge: NamedDependency[Edge], data: JSONBody[ClosingIn]) -> ClosingOut:
        """From then on nothing is posted to that day or one before; late entries are refused or moved, as asked."""

        async def use(tx: Tx) -> ClosingOut:
            return views.closing(await close_period(tx, data.closed_through, Late(data.late_entries)))

        return await edge.write(use, ClosingOut)

    @get("/closings", operation_id="listClosings", summary="Closings, the newest first")
    async def closings(
        self, edge: NamedDependency[Edge], cursor: Cursor = None, limit: Limit = DEFAULT_PAGE
    ) -> Page[ClosingOut]:
        """One page of closings; the first of the first page counts."""
        return await edge.read(lambda tx: read.closings(tx, cursor=cursor, limit=limit))

    @post("/keys", operation_id="rotateLedgerKey", summary="Start a new signing key")
    async def rotate_key(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> SigningKeyOut:
        """Signs the chain with a new key from now on, which the one before vouches for."""

        async def use(tx: Tx) -> SigningKeyOut:
            return views.key(await rotate(tx, await vault.keyring(tx)))

        return await edge.write(use, SigningKeyOut)

    @get("/keys", operation_id="listLedgerKeys", summary="Public keys of the ledger")
    async def keys(self, edge: NamedDependency[Edge]) -> list[SigningKeyOut]:
        """Every key that signed this ledger, the oldest first. Note them down outside the platform."""

        async def use(tx: ReadTx) -> list[SigningKeyOut]:
            return [views.key(each) for each in await chain.keys(tx)]

        return await edge.read(use)
