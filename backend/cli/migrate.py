"""`caas migrate`: the schema."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from backend.cli.ground import settings_here
from backend.kernel import migrate as schema
from backend.kernel.revisions import pending
from bot.store import schema as bot_schema


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when revisions are missing.")
@click.option(
    "--after-restore",
    is_flag=True,
    help="Let a database that was restored from a dump go on in this server; docs/runbooks/restore.md says when.",
)
def migrate(*, check: bool, after_restore: bool) -> None:
    """Brings the database of CAAS_DATABASE_OWNER_URL to the present schema; in development the embedded one."""
    if check and after_restore:
        raise click.UsageError("--check changes nothing, --after-restore does: choose one.")
    with _owner_url() as url:
        _bring_up_to_date(url, check=check)
        if after_restore:
            _go_on(url)


@contextmanager
def _owner_url() -> Iterator[str]:
    if given := os.environ.get("CAAS_DATABASE_OWNER_URL"):
        yield given
        return
    with settings_here() as settings:
        if settings.database_owner_url is None:
            raise click.ClickException("Set CAAS_DATABASE_OWNER_URL: only the owner may change the schema.")
        yield settings.database_owner_url


def _bring_up_to_date(owner_url: str, *, check: bool) -> None:
    if not check:
        asyncio.run(bot_schema.migrate(os.environ.get("CAAS_BOT_DATABASE_OWNER_URL", owner_url)))
    missing = sorted(asyncio.run(pending(owner_url)))
    if not missing:
        click.echo("The schema is up to date.")
        return
    if check:
        raise click.ClickException(f"The database lacks {', '.join(missing)}. Run `caas migrate`.")
    asyncio.run(schema.migrate(owner_url))
    click.echo(f"Applied everything up to {', '.join(missing)}.")


def _go_on(owner_url: str) -> None:
    if asyncio.run(schema.after_restore(owner_url)):
        click.echo("Renumbered the stored transactions: events and seals go on from where they were.")
    else:
        click.echo("No stored transaction is ahead of this server: nothing to renumber.")
