"""What the ledger does in the background."""

from datetime import timedelta

from backend.kernel.jobs import JobContext, Tick
from backend.kernel.vault import Vault
from backend.ledger.usecases.hold import EXPIRED_AT_ONCE, expire_holds
from backend.ledger.usecases.seal import BATCH, seal
from backend.ledger.usecases.sign import sign


def sealing(vault: Vault) -> Tick:
    """Brings each tenant's chain up to date, a batch a transaction, and signs it."""

    async def seal_new(context: JobContext) -> None:
        while True:
            async with context.write() as tx:
                sealed = await seal(tx)
            async with context.write() as tx:
                signed = await sign(tx, await vault.keyring(tx))
            if sealed < BATCH and not signed:
                return

    return Tick(name="ledger.seal", every=timedelta(seconds=2), run=seal_new)


async def _expire(context: JobContext) -> None:
    while True:
        async with context.write() as tx:
            if await expire_holds(tx) < EXPIRED_AT_ONCE:
                return


EXPIRY = Tick(name="ledger.expire_holds", every=timedelta(seconds=5), run=_expire)
