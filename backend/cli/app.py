"""`caas app`: the borrower's app on the web."""

from pathlib import Path

import click
import uvicorn

from app.config import AppConfig
from backend.appserver import AppServer, ServerOptions
from backend.cli.ground import ends_with_parent
from backend.development import API_PORT, APP_PORT, home
from backend.kernel.postgres_host import HOST

DRAIN_S = 3
MAX_FRAME = 12 * 1024 * 1024  # a picked file comes as one frame; the API takes 10 MB


@click.command()
@click.option("--host", default=HOST, show_default=True, help="Address to listen on.")
@click.option("--port", default=APP_PORT, show_default=True, help="Port to listen on.")
@click.option("--api", default=f"http://{HOST}:{API_PORT}", show_default=True, help="Address of the API.")
@click.option("--tenant", default="demo", show_default=True, help="Whose app this is.")
@click.option("--origin", "origins", multiple=True, help="Address that browsers know it by; may be given repeatedly.")
@click.option("--cache", type=click.Path(path_type=Path), help="Where compressed files are kept, instead of .caas.")
@click.option("--session-timeout", default=300, show_default=True, help="Seconds a session waits for its window.")
@click.option("--proxies", default=HOST, show_default=True, help="Whose X-Forwarded-For is believed.")
@click.option("--trusted-network", is_flag=True, help="Plain http to an API on another machine is fine.")
@click.option("--gallery", is_flag=True, help="Shows the component gallery at /gallery.")
@ends_with_parent
def app(
    *,
    host: str,
    port: int,
    api: str,
    tenant: str,
    origins: tuple[str, ...],
    cache: Path | None,
    session_timeout: int,
    proxies: str,
    trusted_network: bool,
    gallery: bool,
) -> None:
    """Serves the borrower's app to browsers. Needs the API and nothing else: no database, no secret."""
    config = AppConfig(api_url=api, tenant=tenant, development=gallery, trusted_network=trusted_network)
    known = origins or (f"http://{host}:{port}", f"http://localhost:{port}")
    options = ServerOptions(
        app=config,
        origins=frozenset(known),
        cache=cache or home() / "app",
        session_timeout_s=session_timeout,
    )
    uvicorn.run(
        AppServer(options),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME,
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=DRAIN_S,
        server_header=False,
        access_log=False,
        log_level="warning",
    )
