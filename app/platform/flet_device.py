"""The device behind a Flet page: a phone, or a browser with its own fallbacks."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from urllib.parse import urlsplit

import flet as ft
import flet_local_auth as fla
import flet_secure_storage as fss

from app.platform.asking import answered
from app.platform.flet_camera import FletCamera
from app.platform.port import MAX_FILE_BYTES, DeviceFailed, DeviceSilent, Owner, Picked, Wishes
from app.platform.presence import Presence
from app.platform.push import PushNetwork, is_built_in

_PREFIX = "caas."
_NOTHING_SET_UP = {
    fla.LocalAuthErrorCode.NO_BIOMETRIC_HARDWARE,
    fla.LocalAuthErrorCode.NO_BIOMETRICS_ENROLLED,
    fla.LocalAuthErrorCode.NO_CREDENTIALS_SET,
}


class FletDevice:
    """Fulfils `Platform` by the services of one page.

    Secure storage is the keychain on phones and, in browsers, entries encrypted by a key of the browser's own.
    """

    def __init__(self, page: ft.Page, presence: Presence, push_app_id: str = "") -> None:
        self._page = page
        self._presence = presence
        self._secrets = fss.SecureStorage()
        self._settings = ft.SharedPreferences()
        self._clipboard = ft.Clipboard()
        self._share = ft.Share()
        self._links = ft.UrlLauncher()
        self._haptics = ft.HapticFeedback()
        self._voice = ft.SemanticsService()
        self._files = ft.FilePicker()
        carries_push = bool(push_app_id) and self.channel != "web" and is_built_in()
        self._push = PushNetwork(push_app_id) if carries_push else None
        self._owner = fla.LocalAuthentication() if self.channel != "web" else None  # elsewhere it may not even be made

    @property
    def description(self) -> str:
        """The system's name, and whether it is a browser."""
        system = self._page.platform.value if self._page.platform is not None else "device"
        name = {"ios": "iOS", "macos": "macOS"}.get(system, system.capitalize())
        return f"{name} (browser)" if self._page.web else name

    @property
    def channel(self) -> str:
        """`ios` or `android` for an app from a store, `web` for a browser on whatever device."""
        system = self._page.platform.value if self._page.platform is not None else ""
        return system if not self._page.web and system in {"ios", "android"} else "web"

    @property
    def host(self) -> str | None:
        """By the address that the window's socket was opened at: it is the page's but for the scheme."""
        return urlsplit(self._page.url).netloc if self._page.web and self._page.url else None

    async def secret(self, name: str) -> str | None:
        """What was kept under `name`."""
        return _text(await self._read(lambda: self._secrets.get(_PREFIX + name)))

    async def keep_secret(self, name: str, value: str) -> None:
        """Keeps `value`."""
        await answered(self._presence, lambda: self._secrets.set(_PREFIX + name, value))

    async def drop_secret(self, name: str) -> None:
        """Forgets it."""
        await answered(self._presence, lambda: self._secrets.remove(_PREFIX + name))

    async def drop_secrets(self, beginning: str) -> None:
        """Forgets what begins so."""
        found = await self._read(self._secrets.get_all)
        for each in found if isinstance(found, dict) else ():
            if each.startswith(_PREFIX + beginning):
                await answered(self._presence, partial(self._secrets.remove, each))

    async def setting(self, name: str) -> str | None:
        """A setting of this device's."""
        return _text(await self._read(lambda: self._settings.get(_PREFIX + name)))

    async def _read(self, ask: Callable[[], Awaitable[object]]) -> object:
        try:
            return await answered(self._presence, ask)
        except DeviceSilent:
            raise
        except DeviceFailed:
            return None

    async def keep_setting(self, name: str, value: str | None) -> None:
        """Keeps a setting, or forgets it."""
        if value is None:
            await answered(self._presence, lambda: self._settings.remove(_PREFIX + name))
        else:
            await answered(self._presence, lambda: self._settings.set(_PREFIX + name, value))

    async def pick_file(self, extensions: Sequence[str]) -> Picked | None:
        """Has the borrower choose a file of one of `extensions`. Raises ValueError for one that is too large."""
        chosen = await self._files.pick_files(
            file_type=ft.FilePickerFileType.CUSTOM, allowed_extensions=list(extensions), with_data=True
        )
        if not chosen:
            return None
        if chosen[0].size > MAX_FILE_BYTES:
            raise ValueError(chosen[0].name)
        return Picked(name=chosen[0].name, content=chosen[0].bytes or b"")

    @property
    def has_camera(self) -> bool:
        """In browsers, and on phones by the app; nowhere else is there a preview."""
        return bool(self._page.web) or self.channel != "web"

    def camera(self, over: Callable[[], ft.Control]) -> FletCamera:
        """The camera of the phone, or that which the browser hands out."""
        return FletCamera(over, in_browser=bool(self._page.web))

    async def save_file(self, name: str, content: bytes, media_type: str) -> None:
        """Downloads in a browser; on phones the system asks where to."""
        del media_type
        await self._files.save_file(file_name=name, src_bytes=content)

    async def copy(self, text: str) -> None:
        """Puts `text` on the clipboard."""
        await self._clipboard.set(text)

    async def share(self, text: str) -> bool:
        """Opens the share sheet on phones; in a browser the text is copied instead."""
        if self._page.web:
            await self.copy(text)
            return False
        await self._share.share_text(text)
        return True

    async def open_link(self, url: str) -> None:
        """Opens another site or app."""
        await self._links.launch_url(url)

    async def open_here(self, url: str) -> None:
        """A browser takes the page in place of the app; on phones their browser opens, which has the passkeys."""
        await self._links.launch_url(url, mode=ft.LaunchMode.EXTERNAL_APPLICATION, web_only_window_name="_self")

    async def wishes(self) -> Wishes:
        """A browser tells of less motion, and of forced colours as a wish for contrast."""
        found = await answered(self._presence, self._voice.get_accessibility_features)
        return Wishes(still=found.disable_animations or found.reduce_motion, high_contrast=found.high_contrast)

    async def announce(self, text: str) -> None:
        """Has a screen reader say `text`."""
        await self._voice.announce_message(text)

    async def can_confirm_owner(self) -> bool:
        """On phones with a finger, a face or a code set up."""
        try:
            return self._owner is not None and await self._owner.is_device_supported()
        except (RuntimeError, TimeoutError):
            return False

    async def confirm_owner(self, reason: str) -> Owner:
        """By what the owner has set up, the code that unlocks the device included."""
        if self._owner is None:
            return Owner.UNKNOWN
        try:
            confirmed = await self._owner.authenticate(reason)
        except fla.LocalAuthException as refusal:
            return Owner.UNKNOWN if refusal.code in _NOTHING_SET_UP else Owner.UNCONFIRMED
        except (RuntimeError, TimeoutError):
            return Owner.UNCONFIRMED
        return Owner.CONFIRMED if confirmed else Owner.UNCONFIRMED

    @property
    def can_push(self) -> bool:
        """In builds for phones that carry a push service."""
        return self._push is not None

    async def register_push(self) -> str | None:
        """By the push service of the build."""
        return await self._push.name() if self._push is not None else None

    async def end_push(self) -> None:
        """Ends it there too."""
        if self._push is not None:
            await self._push.stop()

    async def tick(self) -> None:
        """A light touch; browsers ignore it."""
        if not self._page.web:
            await self._haptics.light_impact()  # type: ignore[no-untyped-call]  # theirs


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
