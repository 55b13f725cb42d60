"""Referrals: applications that a person decides on."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import requires
from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.kernel.vault import Vault
from backend.underwriting.routes.parameters import Accepts, Cursor, Limit, words_for
from backend.underwriting.usecases import read_decisions
from backend.underwriting.usecases.decide_referral import confirm_verdict, give_verdict, return_verdict
from shared.api.underwriting import ConfirmIn, ReferralOut, ReferralState, ReferralVerdictIn
from shared.paging import DEFAULT_PAGE, Page

InState = Annotated[ReferralState | None, QueryParameter(name="state", description="In this state alone")]


class ReferralController(Controller):
    """Applications before the officers."""

    path = "/v1/referrals"
    tags = ("Referrals",)
    guards = (requires(Role.OPERATIONS),)

    @get("/", operation_id="listReferrals", summary="Referrals, the longest waiting first")
    async def waiting(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        *,
        in_state: InState = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
        accepts: Accepts = None,
    ) -> Page[ReferralOut]:
        """One page of referrals."""
        words = words_for(accepts)
        return await edge.read(
            lambda tx: read_decisions.list_referrals(tx, vault, words, state=in_state, cursor=cursor, limit=limit)
        )

    @get("/{referral_id:uuid}", operation_id="getReferral", summary="One referral")
    async def one(
        self,
        referral_id: FromPath[UUID],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        accepts: Accepts = None,
    ) -> ReferralOut:
        """A referral with the reasons for it. How it came about is under its `decision_id`."""
        words = words_for(accepts)
        return await edge.read(lambda tx: read_decisions.read_referral(tx, vault, referral_id, words))

    @post("/{referral_id:uuid}/decide", operation_id="decideReferral", summary="Decide", status_code=200)
    async def decide(
        self,
        referral_id: FromPath[UUID],
        data: JSONBody[ReferralVerdictIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        accepts: Accepts = None,
    ) -> ReferralOut:
        """Approves, declines or asks for more. An approval above `needs_second_above` waits for a second officer."""

        async def use(tx: Tx) -> ReferralOut:
            said = await give_verdict(tx, vault, referral_id, data)
            return await read_decisions.shown_referral(tx, vault, said, words_for(accepts))

        return await edge.write(use, ReferralOut)

    @post("/{referral_id:uuid}/confirm", operation_id="confirmReferral", summary="Confirm", status_code=200)
    async def confirm(
        self,
        referral_id: FromPath[UUID],
        data: JSONBody[ConfirmIn],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        accepts: Accepts = None,
    ) -> ReferralOut:
        """Agrees with another officer's decision, which counts from then on."""

        async def use(tx: Tx) -> ReferralOut:
            said = await confirm_verdict(tx, vault, referral_id, data.note)
            return await read_decisions.shown_referral(tx, vault, said, words_for(accepts))

        return await edge.write(use, ReferralOut)

    @post("/{referral_id:uuid}/return", operation_id="returnReferral", summary="Return", status_code=200)
    async def back(
        self,
        referral_id: FromPath[UUID],
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        accepts: Accepts = None,
    ) -> ReferralOut:
        """Disagrees with another officer's decision; the referral is open again."""

        async def use(tx: Tx) -> ReferralOut:
            said = await return_verdict(tx, referral_id)
            return await read_decisions.shown_referral(tx, vault, said, words_for(accepts))

        return await edge.write(use, ReferralOut)
