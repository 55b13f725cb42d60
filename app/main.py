"""Where the app begins: on a phone by `flet run`, on the web in the process of `caas app`."""

from collections.abc import Callable, Coroutine
from typing import Any

import flet as ft

from app.addresses import parse
from app.config import built_in
from app.data import Connections
from app.design.tokens import FONT_FILES
from app.guard import guarded, keep_reasons_here
from app.platform.flet_device import FletDevice
from app.platform.port import Platform
from app.platform.presence import Presence
from app.reconnecting import mind_connection
from app.shell import Place, Root
from app.stores.root import Store
from shared.clock import Clock, SystemClock

Start = Callable[[ft.Page], Coroutine[Any, Any, None]]


def start_with(
    connections: Connections,
    *,
    device: Callable[[ft.Page], Platform] | None = None,
    clock: Clock = SystemClock(),  # noqa: B008 -- it has no state
) -> Start:
    """What Flet calls for each window; all windows share `connections`."""

    async def start(page: ft.Page) -> None:
        keep_reasons_here(page)
        if not page.web:  # browsers have them before the first frame, by their own list of fonts
            page.fonts = FONT_FILES
        page.padding = 0
        page.theme_animation_style = ft.AnimationStyle.no_animation()  # what we colour changes at once
        presence = Presence()
        made = device(page) if device is not None else FletDevice(page, presence, connections.config.push_app_id)
        store = Store(made, connections, clock, presence)
        place = Place(parse(page.route))
        store.look.measure(page.width)
        store.look.system_dark = page.platform_brightness is ft.Brightness.DARK
        _listen(page, store, place)
        mind_connection(page, store, place.draw_again)
        page.render_views(Root, store, place)
        await store.begin(_languages(page))

    return start


def _listen(page: ft.Page, store: Store, place: Place) -> None:
    """Flet keeps the page's own fields in step with the window; its events only say when to look."""

    def moved() -> None:
        place.move(page.route)

    def resized() -> None:
        store.look.measure(page.width)

    def darkened() -> None:
        store.look.system_dark = page.platform_brightness is ft.Brightness.DARK

    def stirred(event: ft.AppLifecycleStateChangeEvent) -> None:
        match event.state:
            case ft.AppLifecycleState.HIDE | ft.AppLifecycleState.PAUSE:
                store.lock.left()
            case ft.AppLifecycleState.SHOW | ft.AppLifecycleState.RESUME:
                store.lock.returned()

    page.on_app_lifecycle_state_change = guarded(stirred)
    page.on_route_change = guarded(moved)
    page.on_resize = guarded(resized)
    page.on_platform_brightness_change = guarded(darkened)


def _languages(page: ft.Page) -> list[str]:
    """The languages that the device prefers, as far as Flet tells."""
    configured = page.locale_configuration
    current = configured.current_locale if configured is not None else None
    return [current.language_code] if current is not None and current.language_code else []


async def main(page: ft.Page) -> None:
    """The app of a phone: one window, its own connections."""
    await start_with(Connections(built_in()))(page)


if __name__ == "__main__":
    ft.run(main, assets_dir="assets")
