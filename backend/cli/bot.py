"""`caas bot`: the WhatsApp bot, a process of its own, and what belongs to it."""

import asyncio
import gc
import os

import click
import msgspec
import uvicorn
from litestar import Litestar

from backend.cli.bot_ground import bot_environ_here
from backend.cli.ground import ends_with_parent
from backend.development import BOT_PORT
from backend.kernel.postgres_host import HOST
from bot.channels.whatsapp import Sender
from bot.main import create_bot
from bot.settings import Line, Settings, SettingsError, from_environ
from bot.template_sync import SyncFailed, changes, sync

DRAIN_S = 20  # what conversations in hand get when the process is told to end


def application() -> Litestar:
    """The bot as the environment describes it; each of the server's processes makes its own."""
    bot = create_bot(from_environ(os.environ))
    gc.collect()
    gc.freeze()  # what is there now stays for good: looking through it again and again takes long
    return bot


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


@bot.group()
def templates() -> None:
    """The templates that may begin a conversation."""


@templates.command("list")
def list_templates() -> None:
    """Prints what would be registered, as JSON that the Graph API takes."""
    from bot.templates import definitions  # noqa: PLC0415 -- catalogs, for this command alone

    for each in definitions():
        click.echo(msgspec.json.encode(each).decode())


@templates.command("sync")
@click.option("--tenant", help="Only this tenant's lines.")
def sync_templates(tenant: str | None) -> None:
    """Registers what is missing with Meta, and says where each template stands."""
    with bot_environ_here(BOT_PORT):
        settings = from_environ(os.environ)
    for line in settings.lines:
        if tenant in {None, line.tenant}:
            click.echo(f"{line.brand} ({line.waba_id})")
            for said in asyncio.run(_sync(settings, line)):
                click.echo(f"  {said}")


async def _sync(settings: Settings, line: Line) -> list[str]:
    sender = Sender(line, graph_url=settings.graph_url)
    try:
        return list(changes(await sync(line, sender)))
    except SyncFailed as failure:
        raise click.ClickException(str(failure)) from failure
    finally:
        await sender.close()


@bot.command()
def learn() -> None:
    """Learns the classifier from the phrase files anew, after phrases were changed."""
    from bot.understanding.learning import learn as learn_now  # noqa: PLC0415 -- for this command alone
    from bot.understanding.learning import save  # noqa: PLC0415

    learnt = learn_now()
    save(learnt)
    click.echo(f"Learnt {len(learnt.classes)} intents by {len(learnt.features)} features.")
