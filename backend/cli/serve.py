"""`caas serve`: the API."""

import os

import click
import uvicorn
from litestar import Litestar

from backend import wiring
from backend.cli.ground import ends_with_parent, settings_here
from backend.development import API_PORT
from backend.kernel.postgres_host import HOST
from backend.main import create_app
from backend.settings import from_environ

DRAIN_S = 5  # what requests in hand get when the process is told to end
IDLE_S = 75  # longer than clients and proxies keep a connection that is idle, so that they close it


def application() -> Litestar:
    """The application as the environment describes it; each of the server's processes makes its own."""
    return create_app(wiring.build(from_environ(os.environ)))


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=API_PORT, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="How many processes share the port.")
@click.option("--proxies", default=HOST, show_default=True, help="Whose X-Forwarded-For is believed.")
@ends_with_parent
def serve(host: str, port: int, workers: int, proxies: str) -> None:
    """Serves the API."""
    with settings_here():
        uvicorn.run(
            "backend.cli.serve:application",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            loop="uvloop",
            http="httptools",
            forwarded_allow_ips=proxies,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=DRAIN_S,
            server_header=False,
            access_log=False,
            log_config=None,
        )
