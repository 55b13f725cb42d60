"""The one way out of the app: what a device does that may put the app out of sight is an errand of the app's own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, cast

import flet as ft

from app.platform.port import Camera, Leaving, Platform

Errand = Callable[[Leaving], AbstractContextManager[None]]


def on_errands(platform: Platform, errand: Errand) -> Platform:
    """`platform`, each of its ways that leave the app, its camera's too, taken within an `errand`."""
    return cast("Platform", _Attended(platform, Platform, errand))


class _Attended:
    """Does all that `inner` does; `port` says which ways of it leave the app."""

    def __init__(self, inner: object, port: type, errand: Errand) -> None:
        self._inner, self._port, self._errand = inner, port, errand

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        leaving: Leaving | None = getattr(getattr(self._port, name, None), "leaves", None)
        if leaving is None:
            return found

        @wraps(found)
        async def away(*args: Any, **kwargs: Any) -> Any:
            with self._errand(leaving):
                return await found(*args, **kwargs)

        return away

    def camera(self, over: Callable[[], ft.Control]) -> Camera:
        """A camera whose opening may ask for a permission."""
        inner = cast("Platform", self._inner).camera(over)
        return cast("Camera", _Attended(inner, Camera, self._errand))
