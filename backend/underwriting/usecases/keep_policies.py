"""Keeps credit policies: written by one person, activated by another, never changed afterwards."""

from uuid import UUID

from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.underwriting import store
from backend.underwriting.default_policies import default_policies
from backend.underwriting.domain.catalogue import KINDS
from backend.underwriting.domain.rules import check_rules
from backend.underwriting.domain.scorecard import check_scorecard
from backend.underwriting.errors import PolicyNotDraft, PolicyNotFound, PolicyOwnDraft
from backend.underwriting.records import ANY_PRODUCT, Policy
from shared.api.credit_policies import PolicyIn, PolicyOut, PolicyState
from shared.api.products import ProductKind
from shared.ids import new_id

PLATFORM = "system:underwriting.defaults"


async def save_policy(tx: Tx, body: PolicyIn) -> Policy:
    """Stores the next version as a draft. Raises InvalidRuleSet, InvalidScorecard naming all that can't work."""
    _check(body)
    applies_to = body.applies_to or ANY_PRODUCT
    version = await store.lock_policies(tx, applies_to) + 1
    saved = _policy(tx, body, version, by=tx.scope.actor)
    await store.add_policy(tx, saved)
    await audit.record(tx, "credit_policy.saved", f"credit_policy:{saved.id}", applies_to=applies_to, version=version)
    return saved


async def activate_policy(tx: Tx, policy_id: UUID) -> Policy:
    """Lets a draft decide from now on; the version before is retired.

    Raises PolicyNotFound, PolicyNotDraft, and PolicyOwnDraft for whoever wrote it.
    """
    found = await policy(tx, policy_id)
    await store.lock_policies(tx, found.applies_to)
    found = await policy(tx, policy_id)
    if found.state is not PolicyState.DRAFT:
        raise PolicyNotDraft(state=found.state)
    if found.created_by == tx.scope.actor:
        raise PolicyOwnDraft
    await store.activate(tx, found)
    await audit.record(tx, "credit_policy.activated", f"credit_policy:{found.id}", version=found.version)
    return await policy(tx, policy_id)


async def policy(tx: ReadTx, policy_id: UUID) -> Policy:
    """One version. Raises PolicyNotFound."""
    found = await store.policy(tx, policy_id)
    if found is None:
        raise PolicyNotFound
    return found


async def policies(tx: ReadTx) -> list[PolicyOut]:
    """Every version, the newest first."""
    return [policy_out(each) for each in await store.policies(tx)]


async def deciding_policy(tx: Tx, kind: ProductKind) -> Policy:
    """The policy that decides on a kind of product: its own, else the one for any. A new tenant gets the platform's."""
    found = await store.active_policy(tx, kind) or await store.active_policy(tx, ANY_PRODUCT)
    if found is not None:
        return found
    await ensure_default_policies(tx)
    found = await store.active_policy(tx, kind) or await store.active_policy(tx, ANY_PRODUCT)
    assert found is not None, "the platform has a policy for any product"
    return found


async def ensure_default_policies(tx: Tx) -> None:
    """Gives a tenant the platform's policies where it has none at all; safe to repeat."""
    for body in default_policies():
        applies_to = body.applies_to or ANY_PRODUCT
        if await store.lock_policies(tx, applies_to):
            continue
        _check(body)
        drafted = _policy(tx, body, 1, by=PLATFORM)
        await store.add_policy(tx, drafted)
        await store.activate(tx, drafted)


def policy_out(found: Policy) -> PolicyOut:
    """A version as it is shown."""
    return PolicyOut(
        id=found.id,
        version=found.version,
        state=found.state,
        applies_to=None if found.applies_to == ANY_PRODUCT else ProductKind(found.applies_to),
        rule_set=found.rule_set,
        scorecard=found.scorecard,
        note=found.note,
        created_by=found.created_by,
        created_at=found.created_at,
        activated_by=found.activated_by,
        activated_at=found.activated_at,
    )


def _check(body: PolicyIn) -> None:
    check_rules(body.rule_set, KINDS)
    if body.scorecard is not None:
        check_scorecard(body.scorecard, KINDS)


def _policy(tx: Tx, body: PolicyIn, version: int, *, by: str) -> Policy:
    return Policy(
        id=new_id(),
        applies_to=body.applies_to or ANY_PRODUCT,
        version=version,
        state=PolicyState.DRAFT,
        rule_set=body.rule_set,
        scorecard=body.scorecard,
        note=body.note,
        created_by=by,
        created_at=tx.now,
    )
