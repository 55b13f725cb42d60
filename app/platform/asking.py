"""Asking a device that may have lost the question, or its window the answer: Flet itself would wait without end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.platform.port import DeviceFailed, DeviceSilent
from app.platform.presence import Presence

T = TypeVar("T")
PATIENCE_S = 5.0  # storage answers within milliseconds, or never
TRIES = 3


async def answered(presence: Presence, ask: Callable[[], Awaitable[T]]) -> T:
    """What the device says to something that may be asked again, once its window is connected.

    Raises DeviceSilent when it does not answer or its window is gone for good, DeviceFailed when it refuses.
    """
    for _ in range(TRIES):
        await presence.wait()
        if presence.ended:
            break
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await ask()
        except TimeoutError:
            continue
        except RuntimeError as error:
            if presence.is_here and not presence.ended:
                raise DeviceFailed from error
    raise DeviceSilent
