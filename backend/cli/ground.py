"""What the commands stand on: settings from the environment, or a development platform where it names no database."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from backend.development import home, prepare
from backend.settings import Environment, Settings, from_environ

_GIVE_UP_AFTER_S = 15


@contextmanager
def settings_here() -> Iterator[Settings]:
    """The settings; in development with a database that is up and migrated for as long as the block lasts.

    Raises SettingsError, PostgresNotStarted.
    """
    environment = os.environ.get("CAAS_ENVIRONMENT", Environment.DEVELOPMENT)
    if "CAAS_DATABASE_URL" in os.environ or environment != Environment.DEVELOPMENT:
        yield from_environ(os.environ)
        return
    ground = asyncio.run(prepare(home(), os.environ))
    os.environ.update(ground.environ)
    try:
        yield from_environ(os.environ)
    finally:
        if ground.postgres is not None:
            ground.postgres.release()


def ends_with_parent(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the switch by which the supervisor's processes end when it does, even when it was killed."""

    def begin(_: click.Context, __: click.Parameter, value: bool) -> None:  # noqa: FBT001 -- click's signature
        if value:
            threading.Thread(target=_end_at_eof, daemon=True).start()

    option = click.option("--end-with-parent", is_flag=True, hidden=True, expose_value=False, callback=begin)
    return option(command)


def _end_at_eof() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_GIVE_UP_AFTER_S)
    os._exit(1)
