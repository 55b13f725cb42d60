"""Signs the chain in blocks with Ed25519 (RFC 8032), so that a stranger with the public key can check the books."""

import hashlib
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.kernel.crypto import Field, Keyring
from backend.kernel.db import ReadTx, Tx
from backend.ledger.domain.chain import GENESIS, Block, key_message
from backend.ledger.store import chain
from backend.ledger.store.chain import SignedBlock, SigningKey

BLOCK = 1_000  # entries in a block at most: what a balance at a moment may have to add up
SIGNED_WITHIN = timedelta(seconds=60)
_FIELD = Field("ledger_key", "sealed_private_key")


async def sign(tx: Tx, ring: Keyring, *, all_of_it: bool = False) -> bool:
    """Signs the next block when it is full, its first entry is a minute old, or `all_of_it` is asked for.

    Returns whether it did; safe to repeat. The first block makes the tenant's first key.
    """
    await chain.lock_chain(tx)
    signed, height = await chain.unsigned(tx)
    first = await chain.head_at(tx, signed + 1) if height > signed else None
    if first is None or not (all_of_it or height - signed >= BLOCK or first.moment <= tx.now - SIGNED_WITHIN):
        return False
    last = await chain.last_block(tx)
    key = (await chain.keys(tx) or [await rotate(tx, ring)])[-1]
    head = await chain.head_at(tx, min(height, signed + BLOCK))
    assert head is not None, "heights have no gaps"
    block = Block(
        number=last.block.number + 1 if last else 1,
        first_height=signed + 1,
        last_height=head.height,
        head_hash=head.hash,
        previous_hash=hashlib.sha256(last.block.message(tx.tenant_id) + last.signature).digest() if last else GENESIS,
        key_number=key.number,
        signed_at=tx.now,
    )
    signature = private_key(ring, key).sign(block.message(tx.tenant_id))
    await chain.save_block(tx, SignedBlock(block=block, signature=signature))
    return True


async def rotate(tx: Tx, ring: Keyring) -> SigningKey:
    """Starts a new key, which the one before vouches for; what older ones signed stays signed."""
    await chain.lock_chain(tx)
    before = await chain.keys(tx)
    fresh = Ed25519PrivateKey.generate()
    number, public = len(before) + 1, fresh.public_key().public_bytes_raw()
    voucher, previous = (private_key(ring, before[-1]), before[-1].public_key) if before else (fresh, GENESIS)
    key = SigningKey(
        number=number,
        public_key=public,
        sealed_private_key=ring.encrypt(_FIELD, fresh.private_bytes_raw()),
        endorsement=voucher.sign(key_message(tx.tenant_id, number, public, previous, tx.now)),
        made_at=tx.now,
    )
    await chain.save_key(tx, key)
    return key


def private_key(ring: Keyring, key: SigningKey) -> Ed25519PrivateKey:
    """The private half of `key`. Raises CiphertextError, DataErased."""
    return Ed25519PrivateKey.from_private_bytes(ring.decrypt(_FIELD, key.sealed_private_key))


async def unfit_keys(tx: ReadTx, ring: Keyring) -> list[int]:
    """Numbers of keys whose private half does not open, or is not that of their public half."""
    found = []
    for key in await chain.keys(tx):
        try:
            fits = private_key(ring, key).public_key().public_bytes_raw() == key.public_key
        except Exception:  # noqa: BLE001 -- whatever became of the key, it is what was asked for
            fits = False
        if not fits:
            found.append(key.number)
    return found
