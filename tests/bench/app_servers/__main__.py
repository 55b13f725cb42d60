"""A server to be measured: `ours` is the app over a table of answers, `bare` is Flet with one button."""

import sys
from pathlib import Path

import flet as ft
import uvicorn

from app.config import AppConfig
from app.design.colour import signed
from backend.appserver import AppServer, ServerOptions
from backend.appserver.sockets import SocketLimits
from backend.kernel.ratelimit import Plan
from tests.builders.app_stage import Table, TableConnections

MANY = Plan(name="bench", limit=100_000, window_s=1)
LIMITS = SocketLimits(open_per_address=10_000, openings=MANY, frames=MANY)


@ft.component
def one_button() -> ft.View:
    """What Flet itself costs."""
    pressed, press = ft.use_state(0)
    button = ft.Semantics(
        identifier="continue", content=ft.FilledButton("Press", on_click=lambda _: press(pressed + 1))
    )
    shown = [ft.Semantics(identifier="get-started", content=ft.Text("Pressed"))] if pressed else []
    inner = ft.Semantics(identifier="app", content=ft.Column([button, *shown]))
    return ft.View(route="/", bgcolor=signed("#FFFFFF"), controls=[inner])  # the page in front goes as it does for ours


async def bare(page: ft.Page) -> None:
    page.render_views(one_button)


def main(kind: str, port: int, cache: Path) -> None:
    """Serves until it is told to end."""
    origin = f"http://127.0.0.1:{port}"
    options = ServerOptions(
        app=AppConfig(), origins=frozenset({origin}), cache=cache, session_timeout_s=3600, limits=LIMITS
    )
    server = AppServer(options, connections=TableConnections(Table()), start=bare if kind == "bare" else None)
    uvicorn.run(server, port=port, loop="uvloop", ws="websockets-sansio", access_log=False, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
