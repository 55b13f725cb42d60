"""Who acts, for which tenant: bound to every transaction, and the key that row-level security turns on."""

from uuid import UUID

from msgspec import Struct

from shared.assurance import Assurance
from shared.roles import STAFF, Role

__all__ = ["STAFF", "Assurance", "Principal", "Role", "Scope"]


class Principal(Struct, frozen=True, kw_only=True):
    """The caller, as the access token proves it.

    Where a bot speaks for somebody, `user_id` and `roles` are theirs, `through` is the bot's own id, and `assurance`
    says how sure it is that they are the ones who ask.
    """

    tenant_id: UUID
    user_id: UUID
    session_id: UUID
    roles: frozenset[Role]
    second_factor: bool = False
    assurance: Assurance = Assurance.FULL
    through: UUID | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the caller holds any of `roles`."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        """Whether the caller works for the tenant."""
        return not self.roles.isdisjoint(STAFF)


class Scope(Struct, frozen=True, kw_only=True):
    """One tenant and one actor.

    `actor` is a user id, `user@bot` where a bot acts for somebody, or the name of the part of the system that acts by
    itself.
    """

    tenant_id: UUID
    actor: str
    principal: Principal | None = None
    correlation_id: str = ""

    @classmethod
    def of(cls, principal: Principal, correlation_id: str = "") -> "Scope":
        """The scope of a signed-in caller."""
        return cls(
            tenant_id=principal.tenant_id,
            actor=str(principal.user_id) if principal.through is None else f"{principal.user_id}@{principal.through}",
            principal=principal,
            correlation_id=correlation_id,
        )

    @classmethod
    def system(cls, tenant_id: UUID, part: str, correlation_id: str = "") -> "Scope":
        """The scope of a job, a subscriber or a public page."""
        return cls(tenant_id=tenant_id, actor=f"system:{part}", correlation_id=correlation_id)
