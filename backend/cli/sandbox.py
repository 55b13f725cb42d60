"""`caas sandbox`: the outside world of development and tests."""

import os

import click
import uvicorn
from litestar import Litestar

from backend.cli.ground import ends_with_parent, settings_here
from backend.development import SANDBOX_PORT
from backend.kernel.postgres_host import HOST
from backend.sandbox.main import create_sandbox
from backend.settings import from_environ

DRAIN_S = 3


def application() -> Litestar:
    """The sandbox as the environment describes it."""
    return create_sandbox(from_environ(os.environ))


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=SANDBOX_PORT, show_default=True, help="Port to listen on.")
@ends_with_parent
def sandbox(host: str, port: int) -> None:
    """Serves banks, lenders, identity checks and message inboxes that behave as real ones do, failures included."""
    with settings_here():
        uvicorn.run(
            "backend.cli.sandbox:application",
            factory=True,
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            timeout_graceful_shutdown=DRAIN_S,
            server_header=False,
            access_log=False,
            log_config=None,
        )
