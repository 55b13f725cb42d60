"""How components hear of changes."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar, cast

import flet as ft

from app.guard import guarded
from app.stores.action import Action
from app.stores.look import Look
from app.stores.query import Query
from app.stores.root import Store
from app.ui import Ui

T = TypeVar("T")
ObservableT = TypeVar("ObservableT", bound=ft.Observable)

StoreContext: Any = ft.create_context(None)


class OutsideTheApp(Exception):
    """A component was drawn where there is no store."""


def use_store() -> Store:
    """The store of this window."""
    store = ft.use_context(StoreContext)
    if not isinstance(store, Store):
        raise OutsideTheApp
    return store


def use_ui() -> Ui:
    """What to draw with; the component is drawn again whenever the look changes."""
    store = use_store()
    return ui_of(store, use_observed(store.look))


def ui_of(store: Store, look: Look) -> Ui:
    """The look as it is now, for the page of this moment."""
    page = ft.context.page
    return Ui(
        store=store,
        palette=look.palette,
        words=store.words,
        wide=look.wide,
        scale=look.text_size,
        still=look.still,
        navigate=partial(_go, page, store),
    )


def _go(page: ft.Page, store: Store, path: str) -> None:
    async def once_here() -> None:
        await store.presence.wait()  # what is sent to nobody is lost
        await page.push_route(path)

    store.start(guarded(once_here))


def use_query(query: Query[T], *, every_s: float | None = None) -> Query[T]:
    """Draws again when `query` changes; reads it at first sight, and when the window comes back after a gap.

    Where news can't tell, every `every_s` seconds too.
    """
    presence = use_store().presence

    async def look_after() -> None:
        await query.ensure()
        while not presence.ended:
            await presence.pause(every_s)
            await query.refresh()

    use_task(look_after, [id(query), every_s])
    return use_observed(query)


def use_action() -> Action:
    """An action of this component's own, drawn again as it goes on."""
    return use_observed(use_kept(use_store().action))


def use_observed(observable: ObservableT) -> ObservableT:
    """Draws the component again whenever `observable` changes."""
    held, hold = use_value(observable)
    if held is not observable:
        hold(observable)
    return observable


def use_kept(make: Callable[[], T]) -> T:
    """What `make` gives, made once and kept as long as the component."""
    made: Any = ft.use_ref(None)
    if made.current is None:
        made.current = make()
    return cast("T", made.current)


def use_value(first: T) -> tuple[T, Callable[[T], None]]:
    """A value of the component's own, and the way to change it; nothing that can be called."""
    untyped: Any = ft.use_state
    value, change = untyped(lambda: first)
    return value, lambda new: change(lambda _: new)


def use_task(work: Callable[[], Coroutine[Any, Any, None]], depends_on: Sequence[object]) -> None:
    """Runs `work` while the component is in sight, and anew when `depends_on` changes."""
    use_task_of(use_store(), work, depends_on)


def use_task_of(store: Store, work: Callable[[], Coroutine[Any, Any, None]], depends_on: Sequence[object]) -> None:
    """The same, above everything that finds its store by itself."""
    ft.use_effect(guarded(lambda: store.while_open(work)), list(depends_on), cleanup=lambda: None)


def use_pages(asked: str, shown: str, turn: Callable[[str], None], follow: Callable[[str], None]) -> None:
    """Gives each page of a flow an address, so that a browser's back and forward find it.

    `shown` is the page that the flow is at, `asked` the one that the address names. Where the flow goes on, `turn` goes
    to its page's address; where the address changes, `follow` has the flow show that page if it may be shown.
    """
    agreed = ft.use_ref(asked)

    async def agree() -> None:
        if shown != agreed.current:
            agreed.current = shown
            if asked != shown:
                turn(shown)
        elif asked != agreed.current:
            agreed.current = asked
            follow(asked)

    use_task(agree, [asked, shown])


def use_ticking(every_s: float = 1.0, *, while_true: bool = True) -> None:
    """Draws the component again every `every_s` seconds, for what counts down."""
    _, turn = ft.use_state(0)

    async def tick() -> None:
        while while_true:
            await asyncio.sleep(every_s)
            turn(lambda count: count + 1)

    use_task(tick, [while_true, every_s])


def use_news(query: Query[T], *topics: str, every_s: float | None = None) -> Query[T]:
    """Draws and reads `query`, and reads it again whenever something of `topics` happens on the platform."""
    store = use_store()
    use_task(lambda: store.news.follow(query, topics), [id(query)])
    return use_query(query, every_s=every_s)
