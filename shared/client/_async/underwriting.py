"""Decisions, referrals to a person, and the policies behind them."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.credit_policies import FeatureOut, PolicyIn, PolicyOut
from shared.api.underwriting import (
    ConfirmIn,
    DecisionOut,
    DecisionTraceOut,
    ReferralOut,
    ReferralState,
    ReferralVerdictIn,
    ReplayOut,
)
from shared.client._async.resource import Resource
from shared.paging import Page


class Underwriting(Resource):
    """What is decided on applications, by the engine and by people."""

    async def decision(self, application_id: UUID) -> DecisionOut:
        """The latest decision on an application. Raises NotFound while there is none."""
        return await self._get(f"/v1/applications/{application_id}/decision", DecisionOut)

    async def decisions(self, application_id: UUID) -> list[DecisionOut]:
        """Every decision on an application, the newest first. Raises NotFound."""
        return await self._get(f"/v1/applications/{application_id}/decisions", list[DecisionOut])

    async def trace(self, decision_id: UUID) -> DecisionTraceOut:
        """How a decision came about, for the staff. Raises NotFound, NotPermitted."""
        return await self._get(f"/v1/decisions/{decision_id}", DecisionTraceOut)

    async def replay(self, decision_id: UUID, *, idempotency_key: str | None = None) -> ReplayOut:
        """Makes a decision again from its stored inputs. Raises NotFound, and Conflict for a person's."""
        return await self._post(f"/v1/decisions/{decision_id}/replay", None, ReplayOut, idempotency_key=idempotency_key)

    async def referrals(
        self, *, state: ReferralState | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[ReferralOut]:
        """One page of referrals, the longest waiting first. Raises NotPermitted."""
        return await self._page("/v1/referrals", ReferralOut, params={"state": state}, cursor=cursor, limit=limit)

    def iterate_referrals(self, *, state: ReferralState | None = None) -> AsyncIterator[ReferralOut]:
        """Every referral, page by page."""
        return self._pages("/v1/referrals", ReferralOut, params={"state": state})

    async def referral(self, referral_id: UUID) -> ReferralOut:
        """One referral. Raises NotFound, NotPermitted."""
        return await self._get(f"/v1/referrals/{referral_id}", ReferralOut)

    async def decide(
        self, referral_id: UUID, body: ReferralVerdictIn, *, idempotency_key: str | None = None
    ) -> ReferralOut:
        """An officer's decision. Raises Conflict when it was decided already, InvalidInput, NotPermitted."""
        return await self._post(
            f"/v1/referrals/{referral_id}/decide", body, ReferralOut, idempotency_key=idempotency_key
        )

    async def confirm(self, referral_id: UUID, body: ConfirmIn, *, idempotency_key: str | None = None) -> ReferralOut:
        """A second officer agrees. Raises Conflict, NotPermitted."""
        return await self._post(
            f"/v1/referrals/{referral_id}/confirm", body, ReferralOut, idempotency_key=idempotency_key
        )

    async def send_back(self, referral_id: UUID, *, idempotency_key: str | None = None) -> ReferralOut:
        """A second officer disagrees; the referral is open again. Raises Conflict, NotPermitted."""
        return await self._post(
            f"/v1/referrals/{referral_id}/return", None, ReferralOut, idempotency_key=idempotency_key
        )

    async def policies(self) -> list[PolicyOut]:
        """Every version of every policy, the newest first. Raises NotPermitted."""
        return await self._get("/v1/credit-policies", list[PolicyOut])

    async def policy(self, policy_id: UUID) -> PolicyOut:
        """One version. Raises NotFound, NotPermitted."""
        return await self._get(f"/v1/credit-policies/{policy_id}", PolicyOut)

    async def features(self) -> list[FeatureOut]:
        """What rules and scorecards may read. Raises NotPermitted."""
        return await self._get("/v1/credit-policies/features", list[FeatureOut])

    async def save_policy(self, body: PolicyIn, *, idempotency_key: str | None = None) -> PolicyOut:
        """Stores a draft. Raises InvalidInput naming everything in it that can't work."""
        return await self._post("/v1/credit-policies", body, PolicyOut, idempotency_key=idempotency_key)

    async def activate_policy(self, policy_id: UUID, *, idempotency_key: str | None = None) -> PolicyOut:
        """Lets another person's draft decide from now on. Raises Conflict, NotPermitted."""
        return await self._post(
            f"/v1/credit-policies/{policy_id}/activate", None, PolicyOut, idempotency_key=idempotency_key
        )
