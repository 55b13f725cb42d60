"""The `caas` command. Each subcommand is loaded when it is called, so that help and small commands answer at once."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click

from backend.kernel.postgres_host import PostgresNotStarted
from backend.settings import SettingsError
from shared.errors import CaasError

_SUMMARIES = {
    "up": "Starts everything: PostgreSQL, API, worker, sandbox, borrower's app, demo data.",
    "down": "Stops the embedded PostgreSQL, and removes its data when asked to.",
    "serve": "Serves the API.",
    "worker": "Runs the background work: events, jobs, recurring work.",
    "bot": "Serves the WhatsApp bot; and what belongs to it.",
    "app": "Serves the borrower's app to browsers.",
    "sandbox": "Serves the outside world of development: banks, lenders, checks, messages.",
    "migrate": "Brings the database to the present schema.",
    "seed": "Makes the demo tenants and what is in them.",
    "close-day": "Closes business days of a tenant.",
    "ledger": "Proves a tenant's books, and writes them out for others to check.",
    "schedule": "Prints the schedule and the cost of a loan of any terms.",
    "demo": "Walks one loan through the API, printing each step.",
    "doctor": "Says what is missing on this machine and how to mend it.",
}


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Keeps the collector from what is imported meanwhile, then and later: it is no garbage, and looking takes long."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _SUMMARIES:
            return None
        name = cmd_name.replace("-", "_")
        with _nothing_collected():
            command: click.Command = getattr(import_module(f"backend.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (CaasError, PostgresNotStarted, SettingsError) as refusal:
            raise click.ClickException(str(refusal)) from refusal


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Credit as a service. Begin with `caas up`; when something is wrong, ask `caas doctor`."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # so that a log shows what happened so far
