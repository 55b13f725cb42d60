"""A window whose connection was lost and is there again.

While nobody is connected Flet draws nothing and forgets what was to be drawn; a client that comes back is sent the
window as it was drawn last. So everything is drawn once more then. Flet gives up drawing for good where it was about to
while the connection ended, so it is begun anew.
"""

from collections.abc import Callable

import flet as ft

from app.guard import guarded
from app.stores.root import Store


def mind_connection(page: ft.Page, store: Store, draw_again: Callable[[], None]) -> None:
    """Has `store` rest while nobody is connected, go on from where it was, and end with the window."""

    def came_back() -> None:
        page.session.start_updates_scheduler()  # type: ignore[no-untyped-call]  # does nothing where it still runs
        store.presence.come_back()
        draw_again()

    page.on_disconnect = guarded(store.rest)
    page.on_connect = guarded(came_back)
    page.on_close = guarded(store.end)
