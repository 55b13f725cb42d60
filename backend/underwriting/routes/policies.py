"""Credit policies: rules and scorecards as data, by version."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.kernel.auth import requires
from backend.kernel.db import ReadTx, Tx
from backend.kernel.edge import Edge
from backend.kernel.scope import Role
from backend.underwriting.domain.catalogue import CATALOGUE
from backend.underwriting.usecases import keep_policies
from shared.api.credit_policies import FeatureOut, PolicyIn, PolicyOut


class CreditPolicyController(Controller):
    """The tenant's policies."""

    path = "/v1/credit-policies"
    tags = ("Credit policies",)
    guards = (requires(Role.OPERATIONS, Role.TENANT_ADMIN),)

    @get("/", operation_id="listCreditPolicies", summary="Policies, the newest first")
    async def all(self, edge: NamedDependency[Edge]) -> list[PolicyOut]:
        """Every version. A tenant that has none yet gets the platform's with its first decision."""
        return await edge.read(keep_policies.policies)

    @get("/features", operation_id="listFeatures", summary="What rules may read")
    async def features(self) -> list[FeatureOut]:
        """The features by name, with kind and meaning."""
        return [FeatureOut(name=spec.name, kind=spec.kind, meaning=spec.meaning) for spec in CATALOGUE]

    @get("/{policy_id:uuid}", operation_id="getCreditPolicy", summary="One version of a policy")
    async def one(self, policy_id: FromPath[UUID], edge: NamedDependency[Edge]) -> PolicyOut:
        """A version as it was saved."""

        async def use(tx: ReadTx) -> PolicyOut:
            return keep_policies.policy_out(await keep_policies.policy(tx, policy_id))

        return await edge.read(use)

    @post("/", operation_id="saveCreditPolicy", summary="Save a draft")
    async def save(self, data: JSONBody[PolicyIn], edge: NamedDependency[Edge]) -> PolicyOut:
        """Stores the next version as a draft, once every rule and characteristic in it can work."""

        async def use(tx: Tx) -> PolicyOut:
            return keep_policies.policy_out(await keep_policies.save_policy(tx, data))

        return await edge.write(use, PolicyOut)

    @post("/{policy_id:uuid}/activate", operation_id="activateCreditPolicy", summary="Activate", status_code=200)
    async def activate(self, policy_id: FromPath[UUID], edge: NamedDependency[Edge]) -> PolicyOut:
        """Lets a draft decide from now on. Somebody else than its author does so."""

        async def use(tx: Tx) -> PolicyOut:
            return keep_policies.policy_out(await keep_policies.activate_policy(tx, policy_id))

        return await edge.write(use, PolicyOut)
