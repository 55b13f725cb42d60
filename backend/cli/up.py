"""`caas up`: the whole platform in one terminal."""

import asyncio
import fcntl
import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from backend.cli.bot_ground import bot_environ, is_described
from backend.development import API_PORT, APP_PORT, BOT_PORT, SANDBOX_PORT, Ground, app_address, home, prepare
from backend.devserver import PlatformNotReady, Program, Supervisor
from backend.kernel.postgres_host import HOST, make_passable, port_is_free
from backend.seed import DemoAccess, seed_demo
from backend.settings import from_environ


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each of the platform's servers listens."""

    api: int = API_PORT
    sandbox: int = SANDBOX_PORT
    app: int = APP_PORT
    bot: int = BOT_PORT


@click.command()
@click.option("--port", default=API_PORT, show_default=True, help="Port of the API.")
@click.option("--sandbox-port", default=SANDBOX_PORT, show_default=True, help="Port of the sandbox.")
@click.option("--app-port", default=APP_PORT, show_default=True, help="Port of the borrower's app.")
@click.option("--bot-port", default=BOT_PORT, show_default=True, help="Port of the WhatsApp bot.")
@click.option("--home", "folder", type=click.Path(path_type=Path), help="Where data and logs go, instead of .caas.")
@click.option("--seed/--no-seed", default=True, show_default=True, help="Make the demo tenants and what is in them.")
def up(*, port: int, sandbox_port: int, app_port: int, bot_port: int, folder: Path | None, seed: bool) -> None:
    """Starts PostgreSQL, API, worker, sandbox, app and bot, makes demo data, and keeps it all alive.

    DATABASE_URL names a PostgreSQL server to use instead of the embedded one.
    """
    ports = Ports(port, sandbox_port, app_port, bot_port)
    options = ("--port", "--sandbox-port", "--app-port", "--bot-port")
    for option, number in zip(options, (port, sandbox_port, app_port, bot_port), strict=True):
        if not port_is_free(number):
            raise click.ClickException(f"Port {number} is taken. Stop who listens there, or choose with {option}.")
    folder = folder or home()
    with only_one(folder):
        try:
            asyncio.run(_until_told_to_end(_run(folder, ports, seed=seed)))
        except PlatformNotReady as failure:
            raise click.ClickException(str(failure)) from failure


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Refuses to go on while another process runs the platform in `folder`."""
    make_passable(folder)
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException(f"`caas up` runs already on {folder}. Stop it first (Ctrl-C).") from None
        yield


async def _until_told_to_end(work: Coroutine[None, None, None]) -> None:
    running = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # The first signal ends us; further ones, as a terminal and uv send at once, must not cut the tidying short.
        loop.add_signal_handler(number, _cancel_once(running))
    with suppress(asyncio.CancelledError):
        await running
    click.echo("Stopped.")


def _cancel_once(task: asyncio.Task[None]) -> Callable[[], None]:
    def cancel() -> None:
        if not task.cancelling():
            click.echo("\nStopping …")
            task.cancel()

    return cancel


async def _run(folder: Path, ports: Ports, *, seed: bool) -> None:
    began = time.monotonic()
    click.echo("Starting PostgreSQL …")
    ground = await prepare(folder, os.environ, api_port=ports.api, sandbox_port=ports.sandbox)
    try:
        settings = from_environ(ground.environ)
        access = await seed_demo(settings, app_url=app_address(ports.app)) if seed else ()
        environ = ground.environ
        running = (*programs(ports.api, ports.sandbox), app_program(ports, folder))
        if seed and not is_described(environ):
            environ = {**await bot_environ(settings, folder, bot_port=ports.bot, app_port=ports.app), **environ}
        if "CAAS_BOT_LINES" in environ:
            running = (*running, bot_program(ports.bot))
        click.echo("Starting the API, the worker, the sandbox, the app and the bot …")
        supervisor = Supervisor(running, environ, folder / "logs", postgres=ground.postgres, say=click.echo)
        async with supervisor.running():
            _show(ground, folder, access, ports, took_s=time.monotonic() - began)
            await asyncio.Event().wait()
    finally:
        if ground.postgres is not None:
            await asyncio.to_thread(ground.postgres.release)


def programs(port: int, sandbox_port: int) -> tuple[Program, ...]:
    """The platform's processes on these ports."""
    return (
        Program("sandbox", ("sandbox", "--port", f"{sandbox_port}"), f"http://{HOST}:{sandbox_port}/health/ready"),
        Program("api", ("serve", "--port", f"{port}"), f"http://{HOST}:{port}/health/ready"),
        Program("worker", ("worker",)),
    )


def app_program(ports: Ports, folder: Path) -> Program:
    """The borrower's app of the first demo tenant."""
    where = ("--port", f"{ports.app}", "--api", f"http://{HOST}:{ports.api}", "--cache", str(folder / "app"))
    return Program("app", ("app", *where, "--gallery"), f"http://{HOST}:{ports.app}/health/ready")


def bot_program(port: int) -> Program:
    """The WhatsApp bot, on the sandbox's WhatsApp."""
    return Program("bot", ("bot", "--port", f"{port}"), f"http://{HOST}:{port}/health/live")


def _show(ground: Ground, folder: Path, access: tuple[DemoAccess, ...], ports: Ports, *, took_s: float) -> None:
    api, sandbox = f"http://{HOST}:{ports.api}", f"http://{HOST}:{ports.sandbox}"
    database = ground.environ["CAAS_DATABASE_OWNER_URL"].replace("+asyncpg", "")
    lines = [
        ("App", app_address(ports.app)),
        ("API", api),
        ("Reference", f"{api}/docs"),
        ("Health", f"{api}/health/ready"),
        ("Sandbox", f"{sandbox}  (banks, lenders, checks, and the phone that messages arrive on)"),
        ("WhatsApp", f"{sandbox}/dev/whatsapp  (a phone that chats with the bot)"),
        ("Database", f"psql '{database}'"),
        ("Logs", f"{folder / 'logs'}"),
    ]
    click.echo(f"\nThe platform is up after {took_s:.1f} s.\n")
    for name, place in lines:
        click.echo(f"  {name:<10} {place}")
    if access:
        click.echo("\nDemo sign-ins (one-time codes arrive in the sandbox's inbox):\n")
        for each in access:
            click.echo(f"  {each.tenant:<10} {each.role:<18} {each.sign_in:<28} {each.note}")
    click.echo("\nWalk a loan with `caas demo`. Stop with Ctrl-C.")
