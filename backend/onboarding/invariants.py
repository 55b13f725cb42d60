"""What must always hold of cases."""

from backend.kernel.db import ReadTx
from backend.onboarding import store


async def cases_match_their_history(tx: ReadTx) -> list[str]:
    """A case is in the state that its last step led to."""
    return [f"case {case_id} is not where its last step led" for case_id in await store.strayed_cases(tx)]


async def waiting_cases_have_a_round(tx: ReadTx) -> list[str]:
    """A case that waits for the provider has a round of its present attempt without an answer."""
    return [f"case {case_id} waits for nobody" for case_id in await store.abandoned_cases(tx)]
