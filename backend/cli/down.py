"""`caas down`: an end to what outlives the other commands."""

import shutil
from pathlib import Path

import click

from backend.cli.up import only_one
from backend.development import home
from backend.kernel.embedded_postgres import EmbeddedPostgres


@click.command()
@click.option("--remove-data", is_flag=True, help="Remove the databases, secrets and logs as well.")
@click.option("--home", "folder", type=click.Path(path_type=Path), help="Where data and logs are, instead of .caas.")
def down(*, remove_data: bool, folder: Path | None) -> None:
    """Stops the embedded PostgreSQL of the platform and of its tests."""
    folder = folder or home()
    with only_one(folder):
        for name in ("postgres", "test"):
            server = EmbeddedPostgres(folder / name)
            server.stop()
            if remove_data:
                shutil.rmtree(server.home, ignore_errors=True)
                (folder / name).unlink(missing_ok=True)  # where the data lies elsewhere, a link to it
        if remove_data:
            shutil.rmtree(folder / "logs", ignore_errors=True)
            (folder / "secrets.json").unlink(missing_ok=True)
    click.echo("Stopped, and removed what was stored." if remove_data else "Stopped.")
