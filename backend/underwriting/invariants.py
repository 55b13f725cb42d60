"""What must hold of every tenant's decisions."""

from collections.abc import Awaitable, Callable

from backend.kernel.crypto import DataErased
from backend.kernel.db import ReadTx
from backend.kernel.module import Invariant
from backend.kernel.vault import Vault
from backend.underwriting import store
from backend.underwriting.domain.decision import ENGINE
from backend.underwriting.usecases.replay_decision import replay

SAMPLE = 20


def decisions_replay(vault: Vault) -> Callable[[ReadTx], Awaitable[list[str]]]:
    """Finds, among the SAMPLE latest decisions, any that would not be made again; erased ones can't be."""

    async def violations(tx: ReadTx) -> list[str]:
        found: list[str] = []
        for record in await store.newest_engine_decisions(tx, SAMPLE):
            if record.engine != ENGINE:
                continue
            try:
                if not (await replay(tx, vault, record)).same:
                    found.append(f"decision {record.id} does not replay")
            except DataErased:
                continue
        return found

    return violations


async def referrals_follow_a_refer(tx: ReadTx) -> list[str]:
    """Finds referrals whose decision was not to refer."""
    return [f"referral {each} follows another decision" for each in await store.referrals_without_a_question(tx)]


def invariants(vault: Vault) -> tuple[Invariant, ...]:
    """Underwriting's truths."""
    return (
        Invariant(name="underwriting.decisions_replay", violations=decisions_replay(vault)),
        Invariant(name="underwriting.referrals_follow_a_refer", violations=referrals_follow_a_refer),
    )
