"""How the app looks on this device: language, theme, text size, width."""

import asyncio
from enum import StrEnum

import flet as ft

from app.design.palette import Mode, Palette, palette
from app.design.tokens import Size
from app.platform.port import DeviceFailed, Platform
from shared.api.identity import Brand
from shared.i18n import Language

TEXT_SIZES = (0.9, 1.0, 1.15, 1.3, 1.6, 2.0)
_NAMES = ("language", "theme", "text_size")


class Theme(StrEnum):
    """What the borrower chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high_contrast"


class Look(ft.Observable):
    """Observable; a change is kept on the device and shows at once."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.language = Language.ENGLISH
        self.language_chosen = False
        self.theme = Theme.SYSTEM
        self.text_size = 1.0
        self.brand = Brand()
        self.system_dark = False
        self.system_contrast = False
        self.wide = False
        self.still = False  # no motion

    @property
    def mode(self) -> Mode:
        """The theme that shows."""
        if self.theme is Theme.SYSTEM:
            return self._system_mode
        return Mode(self.theme.value)

    @property
    def _system_mode(self) -> Mode:
        if self.system_contrast:
            return Mode.HIGH_CONTRAST
        return Mode.DARK if self.system_dark else Mode.LIGHT

    @property
    def palette(self) -> Palette:
        """The colours that show."""
        return palette(self.mode, self.brand.primary_colour)

    async def recall(self, system_languages: list[str], fallback: str) -> None:
        """Reads what was chosen before; else the device's language where we speak it, else the tenant's."""
        kept = dict(zip(_NAMES, await asyncio.gather(*map(self._chosen, _NAMES)), strict=True))
        if kept["theme"] in set(Theme):
            self.theme = Theme(kept["theme"])
        if kept["text_size"] in {str(size) for size in TEXT_SIZES}:
            self.text_size = float(kept["text_size"] or 1)
        self.language_chosen = kept["language"] is not None
        self.language = Language.match(kept["language"] or _spoken(system_languages) or fallback)

    async def _chosen(self, name: str) -> str | None:
        try:
            return await self._platform.setting(name)
        except DeviceFailed:
            return None  # a window that remembers nothing still opens

    async def heed(self) -> None:
        """Learns what the device's owner asks of every app: no motion, high contrast. Silence changes nothing."""
        try:
            wishes = await self._platform.wishes()
        except DeviceFailed:
            return
        self.still, self.system_contrast = wishes.still, wishes.high_contrast

    async def choose_language(self, language: Language) -> None:
        """Speaks `language` from now on."""
        self.language, self.language_chosen = language, True
        await self._platform.keep_setting("language", language.value)

    async def choose_theme(self, theme: Theme) -> None:
        """Wears `theme` from now on."""
        self.theme = theme
        await self._platform.keep_setting("theme", theme.value)

    async def choose_text_size(self, size: float) -> None:
        """Writes larger or smaller; `size` is one of TEXT_SIZES."""
        self.text_size = size
        await self._platform.keep_setting("text_size", str(size))

    def measure(self, width: float | None) -> None:
        """Learns how wide the window is."""
        self.wide = (width or 0) >= Size.WIDE_FROM


def _spoken(tags: list[str]) -> str | None:
    """The first of `tags` whose language is one of ours."""
    ours = {language.partition("-")[0] for language in Language}
    return next((tag for tag in tags if tag.replace("_", "-").partition("-")[0].lower() in ours), None)
