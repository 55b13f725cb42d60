"""What a device's owner asks of every app in the settings of its system: no motion, high contrast."""

import flet as ft

from app.design.palette import Mode
from app.platform.flet_device import FletDevice
from app.platform.port import Wishes
from app.platform.presence import Presence
from app.stores.look import Look, Theme
from tests.builders.app_stage import NEVER, DeviceInMemory, Table, show
from tests.builders.flet_window import Window


def moves(window: Window) -> bool:
    """Whether anything in the window is set to move by itself or as it changes."""
    turned = [each for each in window.all(ft.Container) if each.animate is not None]
    theme = window.page.theme
    assert theme is not None
    assert theme.page_transitions is not None
    pages = theme.page_transitions.android is not ft.PageTransitionTheme.NONE
    return bool(turned or window.all(ft.Shimmer)) or pages


async def test_nothing_moves_where_the_system_asks_for_that() -> None:
    device, slow = DeviceInMemory(), Table({"GET /v1/loans": NEVER})
    moving = await show("/loans", device=device, table=slow)
    assert moves(moving)

    device.wished = Wishes(still=True)
    still = await show("/loans", device=device, table=slow)

    await still.until(lambda: not moves(still))


async def test_a_sheet_is_there_at_once_where_nothing_may_move() -> None:
    device = DeviceInMemory()
    device.wished = Wishes(still=True)
    window = await show("/profile", device=device)
    await window.until(lambda: not moves(window))

    await window.press("sign-out")

    assert window.all(ft.BottomSheet)[0].animation_style == ft.AnimationStyle.no_animation()


async def test_what_was_changed_in_the_settings_counts_as_soon_as_one_is_back() -> None:
    device = DeviceInMemory()
    window = await show("/profile", device=device)
    assert moves(window)

    await window.fire(window.page, "app_lifecycle_state_change", {"state": ft.AppLifecycleState.HIDE.value})
    device.wished = Wishes(still=True)
    await window.fire(window.page, "app_lifecycle_state_change", {"state": ft.AppLifecycleState.SHOW.value})

    await window.until(lambda: not moves(window))


async def test_contrast_follows_the_system_unless_another_look_was_chosen() -> None:
    device = DeviceInMemory()
    device.wished = Wishes(high_contrast=True)
    look, light = Look(device), Look(device)
    await light.choose_theme(Theme.LIGHT)

    await look.heed()
    await light.heed()

    assert (look.mode, light.mode) == (Mode.HIGH_CONTRAST, Mode.LIGHT)


async def test_a_device_that_does_not_answer_changes_nothing() -> None:
    device = DeviceInMemory()
    device.wished = None
    look = Look(device)
    look.still = True

    await look.heed()

    assert look.still


async def test_flet_is_asked_for_both_words_that_systems_have_for_less_motion() -> None:
    told = dict.fromkeys(
        (
            "accessible_navigation",
            "bold_text",
            "disable_animations",
            "high_contrast",
            "invert_colors",
            "reduce_motion",
            "on_off_switch_labels",
            "supports_announcements",
        ),
        False,
    )

    for name, wishes in (
        ("disable_animations", Wishes(still=True)),
        ("reduce_motion", Wishes(still=True)),
        ("high_contrast", Wishes(high_contrast=True)),
    ):
        device = object.__new__(FletDevice)
        voice = ft.SemanticsService()
        device._voice, device._presence = voice, Presence()

        async def invoke(*_: object, now: str = name, **__: object) -> object:
            return told | {now: True}

        voice._invoke_method = invoke  # type: ignore[method-assign]
        assert await device.wishes() == wishes
