"""Keeps a mistake in one handler or component from ending the session, and its traceback from reaching the client."""

import functools
import inspect
import logging
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

import flet as ft

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger("caas.app")


def guarded(work: Callable[P, Any]) -> Callable[P, Coroutine[Any, Any, None]]:
    """`work`, plain or async, as a coroutine function whose exceptions are logged and go no further."""

    @functools.wraps(work)
    async def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            result = work(*args, **kwargs)
            if inspect.isawaitable(result):
                await result
        except Exception:
            log.exception("a handler failed")

    return run


def keep_reasons_here(page: ft.Page) -> None:
    """Has what breaks in Flet itself logged here; the client learns that something broke, and no more."""
    tell = page.session.error

    def error(message: str) -> None:
        log.error("the session failed: %s", message)
        tell("Something went wrong. Open the page again.")

    page.session.error = error  # type: ignore[method-assign]  # Flet has no hook for it


def from_event(
    on_change: Callable[[T], object], read: Callable[[Any], T]
) -> Callable[[Any], Coroutine[Any, Any, None]]:
    """A handler that hands the value of the event's control on, once `read` made sure of its type."""
    safe = guarded(on_change)

    async def changed(event: Any) -> None:
        await safe(read(event.control.value))

    return changed


def component(draw: Callable[P, ft.Control]) -> Callable[P, ft.Control]:
    """A Flet component that is left blank, and logged, when drawing it fails; the rest of the screen stays."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> ft.Control:
        try:
            return draw(*args, **kwargs)
        except Exception:
            log.exception("a component could not be drawn")
            return ft.Container()

    return ft.component(drawn)


def keyed(key: str, made: Callable[P, ft.Control], *args: P.args, **kwargs: P.kwargs) -> ft.Control:
    """The component `made`, its state bound to `key`: another key is another component."""
    return made(*args, **{**kwargs, "key": key})  # type: ignore[arg-type]  # the decorator takes `key` for itself
