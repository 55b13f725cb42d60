"""`caas ledger`: proves the books, and writes them out for a stranger to prove."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from backend import ledger as books
from backend import wiring
from backend.cli.ground import settings_here
from backend.kernel.scope import Scope
from backend.settings import Settings


@click.group()
def ledger() -> None:
    """Proves a tenant's books, and writes them out for others to check."""


@ledger.command()
@click.argument("tenant")
@click.option("--key", "keys", multiple=True, metavar="HEX", help="A public key that you noted elsewhere.")
def verify(tenant: str, keys: Sequence[str]) -> None:
    """Computes every hash, sum and signature of TENANT's books anew; names the first row that is wrong, and fails."""
    try:
        noted = [bytes.fromhex(key) for key in keys]
    except ValueError:
        raise click.UsageError("A key is given in hexadecimal.") from None
    with settings_here() as settings:
        asyncio.run(_verify(settings, tenant, noted))


@ledger.command()
@click.argument("tenant")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(tenant: str, file: Path) -> None:
    """Writes TENANT's books to FILE, a line of JSON for each row; backend/ledger/verifier.py checks them anywhere."""
    with settings_here() as settings:
        count = asyncio.run(_export(settings, tenant, file))
    click.echo(f"Wrote {count} lines to {file}. Check them with `python verifier.py {file} --key …`.")


async def _verify(settings: Settings, slug: str, keys: Sequence[bytes]) -> None:
    services = wiring.build_services(settings)
    try:
        scope = Scope.system((await services.tenants.by_slug(slug)).id, "ledger.verify")
        async with services.database.read(scope) as tx:
            ring = await services.vault.keyring(tx)
        async with services.database.read(scope) as tx:
            held = await books.verify(tx, ring, keys=keys)
    except books.Wrong as wrong:
        raise click.ClickException(f"The books of {slug} do not hold: {wrong}") from wrong
    finally:
        await services.database.close()
    click.echo(
        f"The books of {slug} hold: {held.height} entries in {held.blocks} signed blocks, {held.unsealed} not sealed"
        f" yet. Head {held.head.hex()}"
    )


async def _export(settings: Settings, slug: str, file: Path) -> int:
    services = wiring.build_services(settings)
    count = 0
    try:
        scope = Scope.system((await services.tenants.by_slug(slug)).id, "ledger.export")
        with file.open("w", encoding="utf-8") as out:
            async with services.database.read(scope) as tx:
                async for line in books.export(tx):
                    out.write(line + "\n")
                    count += 1
    finally:
        await services.database.close()
    return count
