"""`caas bot`: the WhatsApp bot, a process of its own, and what belongs to it."""

import os

import click
import uvicorn
from litestar import Litestar

from backend.cli.bot_ground import bot_environ_here
from backend.cli.ground import ends_with_parent
from backend.development import BOT_PORT
from backend.kernel.postgres_host import HOST
from bot.main import create_bot
from bot.settings import SettingsError, from_environ

DRAIN_S = 20  # what conversations in hand get when the process is told to end


def application() -> Litestar:
    """The bot as the environment describes it."""
    return create_bot(from_environ(os.environ))


@click.group(invoke_without_command=True)
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=BOT_PORT, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="How many processes share the port and the work.")
@ends_with_parent
@click.pass_context
def bot(ctx: click.Context, host: str, port: int, workers: int) -> None:
    """Serves Meta's webhooks and works on conversations. Any number run side by side."""
    if ctx.invoked_subcommand is not None:
        return
    with bot_environ_here(port):
        try:
            from_environ(os.environ)
        except SettingsError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        uvicorn.run(
            "backend.cli.bot:application",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            loop="uvloop",
            http="httptools",
            timeout_graceful_shutdown=DRAIN_S,
            server_header=False,
            access_log=False,
            log_config=None,
        )
