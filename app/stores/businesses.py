"""What is read of the businesses that somebody acts for: how far each is, who else acts for it, who is invited."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from app.stores import reads
from app.stores.query import Query
from app.stores.root import Store
from shared.api.business_details import BusinessDetailsOut
from shared.api.members import BusinessOut, InvitationOut, MemberOut
from shared.api.onboarding import CaseOut, CaseState
from shared.events.onboarding import PartyKind
from shared.roles import Role

MINE, STANDINGS, INVITATIONS = "my businesses", "businesses", "invitations"
# Who may bind a business: apply in its name, sign, take its money.
DECIDERS = frozenset({Role.BUSINESS_OWNER, Role.FINANCE_APPROVER})


@dataclass(frozen=True)
class Standing:
    """A business and how far its check is; there is no case before one of its owners has begun it."""

    business: BusinessOut
    case: CaseOut | None = None

    @property
    def is_mine(self) -> bool:
        """Whether the borrower owns it, and so speaks for it."""
        return Role.BUSINESS_OWNER in self.business.my_roles

    @property
    def may_apply(self) -> bool:
        """Whether the borrower may apply in its name."""
        return may_bind(self.business)

    @property
    def is_verified(self) -> bool:
        """Whether its check has passed."""
        return self.case is not None and self.case.state is CaseState.PASSED


@dataclass(frozen=True)
class Filing:
    """A business with what was given for its check so far."""

    standing: Standing
    case: CaseOut
    details: BusinessDetailsOut


def mine(store: Store) -> Query[list[BusinessOut]]:
    """The businesses that the borrower acts for."""
    return store.query(MINE, store.read(lambda client: client.identity.businesses()))


def standings(store: Store) -> Query[list[Standing]]:
    """The same, each with its check."""

    async def fetch() -> list[Standing]:
        found = await store.client.identity.businesses()
        cases = await asyncio.gather(*(reads.present(store.client.onboarding.kyb_of(each.id)) for each in found))
        return [Standing(business, case) for business, case in zip(found, cases, strict=True)]

    return store.query(STANDINGS, fetch)


def standing(store: Store, business_id: UUID) -> Query[Standing]:
    """One business with its check, which is opened if there is none and the borrower owns it."""
    return store.query(standing_key(business_id), lambda: _standing(store, business_id))


def standing_key(business_id: UUID) -> tuple[str, UUID]:
    """What a business is known by, to have it read again."""
    return "business", business_id


def filing(store: Store, business_id: UUID) -> Query[Filing]:
    """One business with what was given for its check; for its owners."""

    async def fetch() -> Filing:
        found = await _standing(store, business_id)
        case = found.case or await store.client.onboarding.open_kyb(business_id)
        return Filing(found, case, await store.client.onboarding.kyb_details(case.id))

    return store.query(("filing", business_id), fetch)


def members(store: Store, business_id: UUID) -> Query[list[MemberOut]]:
    """Who acts for a business."""
    return store.query(members_key(business_id), store.read(lambda client: client.identity.members(business_id)))


def members_key(business_id: UUID) -> tuple[str, UUID]:
    """What a business's members are known by, to have them read again."""
    return "members", business_id


def invitations_into(store: Store, business_id: UUID) -> Query[list[InvitationOut]]:
    """Whom a business invited, the newest first."""
    read = store.read(lambda client: client.identity.invitations_into(business_id))
    return store.query(invited_key(business_id), read)


def invited_key(business_id: UUID) -> tuple[str, UUID]:
    """What a business's invitations are known by, to have them read again."""
    return "invited", business_id


def my_invitations(store: Store) -> Query[list[InvitationOut]]:
    """The invitations that the borrower may accept."""
    return store.query(INVITATIONS, store.read(lambda client: client.identity.my_invitations()))


def bound_by_me(store: Store) -> frozenset[UUID]:
    """The businesses that the borrower may bind, as far as they are known."""
    return frozenset(each.id for each in mine(store).value or [] if may_bind(each))


def may_bind(business: BusinessOut) -> bool:
    """Whether the borrower may bind a business: apply in its name, sign, draw."""
    return not DECIDERS.isdisjoint(business.my_roles)


def name_of(found: list[BusinessOut], business_id: UUID | None) -> str:
    """The name of one of `found`; empty where it is none of them."""
    return next((each.name for each in found if each.id == business_id), "")


async def take_case(store: Store, case: CaseOut) -> None:
    """Has every screen show a case as the platform gives it now."""
    if case.kind is PartyKind.PERSON or case.business_id is None:
        reads.kyc(store).put(case)
        await store.refresh(reads.HOME)
        return
    query = standing(store, case.business_id)
    if query.value is not None:
        query.put(Standing(query.value.business, case))
    await store.refresh(STANDINGS)


async def _standing(store: Store, business_id: UUID) -> Standing:
    onboarding = store.client.onboarding
    business, case = await asyncio.gather(
        store.client.identity.business(business_id), reads.present(onboarding.kyb_of(business_id))
    )
    found = Standing(business, case)
    return Standing(business, await onboarding.open_kyb(business_id)) if case is None and found.is_mine else found
