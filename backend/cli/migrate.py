"""`caas migrate`: the schema."""

import asyncio
import os

import click

from backend.cli.ground import settings_here
from backend.kernel import migrate as schema


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when revisions are missing.")
def migrate(*, check: bool) -> None:
    """Brings the database of CAAS_DATABASE_OWNER_URL to the present schema; in development the embedded one."""
    owner_url = os.environ.get("CAAS_DATABASE_OWNER_URL")
    if owner_url:
        _bring_up_to_date(owner_url, check=check)
        return
    with settings_here() as settings:
        if settings.database_owner_url is None:
            raise click.ClickException("Set CAAS_DATABASE_OWNER_URL: only the owner may change the schema.")
        _bring_up_to_date(settings.database_owner_url, check=check)


def _bring_up_to_date(owner_url: str, *, check: bool) -> None:
    missing = sorted(asyncio.run(schema.pending(owner_url)))
    if not missing:
        click.echo("The schema is up to date.")
        return
    if check:
        raise click.ClickException(f"The database lacks {', '.join(missing)}. Run `caas migrate`.")
    asyncio.run(schema.migrate(owner_url))
    click.echo(f"Applied everything up to {', '.join(missing)}.")
