"""`caas seed`: demo data."""

import asyncio

import click

from backend.cli.ground import settings_here
from backend.seed import seed_demo


@click.command()
def seed() -> None:
    """Makes the demo tenants and what is in them. Safe to repeat; refused in production."""
    with settings_here() as settings:
        for each in asyncio.run(seed_demo(settings)):
            click.echo(f"{each.tenant:<10} {each.role:<18} {each.sign_in:<28} {each.note}")
