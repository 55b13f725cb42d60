"""Notices on a phone by OneSignal, in builds that carry its library (`deploy/flet/stage.py --push-app-id`)."""

import asyncio
from importlib.util import find_spec
from typing import Any

import flet as ft

_ASKED_S = 120.0  # the system's question, and the answer
_NAMING = 20  # looks for the device's name, half a second apart


def is_built_in() -> bool:
    """Whether this build carries the library."""
    return find_spec("flet_onesignal") is not None


class PushNetwork:
    """Nothing is started, and nothing known to OneSignal, before the borrower asks for notices."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._service: Any = None

    async def name(self) -> str | None:
        """What OneSignal calls this device, once its owner lets it send; None where they don't, or it is silent."""
        try:
            service = self._started()
            if not await service.notifications.request_permission(fallback_to_settings=False, timeout=_ASKED_S):
                return None
            await service.user.opt_in_push()
            for _ in range(_NAMING):
                name = await service.user.get_push_subscription_id()
                if isinstance(name, str) and name:
                    return name
                await asyncio.sleep(0.5)
        except (RuntimeError, TimeoutError, ft.FletUnsupportedPlatformException):
            return None
        return None

    async def stop(self) -> None:
        """Has OneSignal send nothing here."""
        try:
            await self._started().user.opt_out_push()
        except (RuntimeError, TimeoutError, ft.FletUnsupportedPlatformException):
            return  # the platform sends nothing in any case

    def _started(self) -> Any:
        if self._service is None:
            import flet_onesignal  # noqa: PLC0415 -- only some builds carry it

            self._service = flet_onesignal.OneSignal(app_id=self._app_id)
        return self._service
