"""Proves the books: writes them out for a stranger to check, and checks them the same way here."""

from collections.abc import AsyncIterator, Iterable
from uuid import UUID

import msgspec

from backend.kernel.crypto import Keyring
from backend.kernel.db import ReadTx
from backend.ledger import store
from backend.ledger.domain.chain import microseconds
from backend.ledger.store import chain
from backend.ledger.usecases.sign import unfit_keys
from backend.ledger.verifier import Verifier, Wrong
from shared.api.ledger import BreakOut, ProofOut

MAX_CHECKED = 5_000  # seals that one request may have computed anew


async def export(tx: ReadTx) -> AsyncIterator[str]:
    """The whole ledger as lines of JSON, in the order in which `verifier.py` reads them, all of one moment."""
    end = await store.chain_end(tx)
    header = {"type": "header", "format": "caas.ledger.v1", "tenant_id": tx.tenant_id, "exported_at": tx.now}
    yield msgspec.json.encode(header).decode()
    async for line in chain.export_chain(tx):
        yield line
    async for line in chain.export_rest(tx):
        yield line
    ending = {"type": "end", "entries": end.head.height, "head": end.head.hash.hex()}
    yield msgspec.json.encode(ending).decode()


async def verify(tx: ReadTx, ring: Keyring, *, keys: Iterable[bytes] = ()) -> Verifier:
    """Checks everything, and that the private keys fit their public ones.

    `keys` are public keys that were noted elsewhere. Raises Wrong at the first fault.
    """
    verifier = Verifier(tx.tenant_id, keys=keys)
    async for line in export(tx):
        verifier.check(msgspec.json.decode(line))
    verifier.finish()
    for number in await unfit_keys(tx, ring):
        raise Wrong(f"the private half of key {number} is not that of its public half")
    return verifier


async def broken(tx: ReadTx, *, above: int = 0, limit: int = MAX_CHECKED) -> tuple[BreakOut | None, int]:
    """Computes up to `limit` seals above a height anew: the first break, if there is one, and the height reached."""
    head = await chain.head_at(tx, above)
    if head is None:
        return BreakOut(height=above, journal_id=None, why=f"height {above} is missing"), above
    moment = 0 if above == 0 else microseconds(head.moment)
    verifier = Verifier(tx.tenant_id, after=(above, head.hash, moment))
    try:
        async for line in chain.export_chain(tx, above=above, limit=limit):
            verifier.check(msgspec.json.decode(line))
    except Wrong as wrong:
        height = wrong.height or verifier.height
        entry = None if wrong.entry_id is None else UUID(wrong.entry_id)
        return BreakOut(height=height, journal_id=entry, why=wrong.why), height
    return None, verifier.height


async def prove(tx: ReadTx, *, above: int) -> ProofOut:
    """Where the chain ends, and whether up to MAX_CHECKED seals above a height hold when computed anew."""
    end = await store.chain_end(tx)
    found, reached = await broken(tx, above=above)
    signed, _ = await chain.unsigned(tx)
    keys = await chain.keys(tx)
    return ProofOut(
        height=end.head.height,
        head_hash=end.head.hash.hex(),
        unsealed=await store.count_unsealed(tx, end),
        checked_from=above + 1,
        checked_to=reached,
        holds=found is None,
        first_break=found,
        signed_height=signed,
        public_key=keys[-1].public_key.hex() if keys else None,
    )
