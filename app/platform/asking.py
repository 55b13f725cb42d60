"""Asking a device that may have lost the question, or its window the answer: Flet itself would wait without end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.platform.port import DeviceFailed

T = TypeVar("T")
PATIENCE_S = 5.0  # storage answers within milliseconds, or never
TRIES = 3


async def answered(ask: Callable[[], Awaitable[T]]) -> T:
    """What the device says to something that may be asked again. Raises DeviceFailed when it refuses or stays silent.

    A window that connects anew loses what was on its way: a second try then finds the device.
    """
    for _ in range(TRIES):
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await ask()
        except TimeoutError:
            continue
        except RuntimeError as error:
            raise DeviceFailed from error
    raise DeviceFailed
