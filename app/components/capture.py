"""Taking a picture with the device's camera: see, take, look, then use it or take another."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import partial

import flet as ft

from app.components.layout import notice
from app.components.press import Button, Press
from app.components.sheet import sheet_body
from app.components.text import muted
from app.design.tokens import Radius, Space
from app.guard import component, keyed
from app.hooks import use_kept, use_store, use_task, use_ui, use_value
from app.platform.port import CameraTrouble, Lens, Trouble
from app.stores.files import Handover
from app.ui import Ui

_WHITE, _BLACK = "#FFFFFF", "#000000"  # on what a camera shows, whatever the theme
_BESIDE = 430  # what the sheet needs besides the picture
_NOTHING = b""


class Frame(StrEnum):
    """What is to be fitted into the picture."""

    CARD = "card"
    PAGE = "page"
    FACE = "face"


_SIDES = {Frame.CARD: 1.586, Frame.PAGE: 0.707, Frame.FACE: 0.76}  # width to height; ISO/IEC 7810, ISO 216


@component
def Capture(title: str, frame: Frame, handover: Handover, close: Press) -> ft.Control:
    """The sheet. The camera is on only while its picture shows."""
    ui = use_ui()
    taken, take = use_value(_NOTHING)
    turn, next_turn = use_value(0)

    async def use() -> None:
        close()
        await handover.take(taken)

    def again() -> None:
        next_turn(turn + 1)
        take(_NOTHING)

    async def choose() -> None:
        close()
        await handover.choose()

    if taken:
        return sheet_body(
            ui,
            title,
            close,
            ft.Semantics(live_region=True, container=True, content=muted(ui, _to_check(ui, frame))),
            _held(ft.Image(src=taken, fit=ft.BoxFit.CONTAIN, semantics_label=ui.say("The picture you took"))),
            Button(ui.say("Use this picture"), use, icon_name="check", identifier="use-picture"),
            Button(ui.say("Take it again"), again, kind="plain", identifier="retake"),
        )
    return sheet_body(ui, title, close, keyed(f"live-{turn}", Live, frame, take, choose))


@component
def Live(frame: Frame, on_taken: Callable[[bytes], object], on_choose: Callable[[], Awaitable[None]]) -> ft.Control:
    """What the camera sees, and the button; where there is no camera, why, and the other way."""
    ui = use_ui()
    store = use_store()
    camera = use_kept(lambda: store.platform.camera(partial(_guide, frame)))
    ready, set_ready = use_value(False)
    trouble, set_trouble = use_value("")
    turn, next_turn = use_value(0)

    async def begin() -> None:
        try:
            await camera.open(Lens.FRONT if frame is Frame.FACE else Lens.BACK)
        except CameraTrouble as found:
            set_trouble(found.reason.value)
            return
        set_ready(True)
        await store.platform.announce(ui.say("The camera is on."))

    async def take() -> None:
        try:
            on_taken(await camera.take())
        except CameraTrouble as found:
            set_trouble(found.reason.value)

    def again() -> None:
        set_trouble("")
        next_turn(turn + 1)

    use_task(begin, [turn])
    other = Button(ui.say("Choose a file instead"), on_choose, kind="plain", identifier="choose-instead")
    if trouble:
        return _column(
            notice(ui, _why(ui, Trouble(trouble)), tone="warn", icon_name="warning"),
            Button(ui.say("Choose a file"), on_choose, icon_name="upload-simple", identifier="choose-instead"),
            Button(ui.say("Try again"), again, kind="plain", identifier="camera-again"),
        )
    ring = ft.ProgressRing(width=28, height=28, stroke_width=3, color=_WHITE, semantics_label=ui.say("Loading"))
    seen = ft.Semantics(image=True, container=True, label=ui.say("What the camera sees"), content=camera.view())
    return _column(
        muted(ui, _to_do(ui, frame)),
        _held(ft.Stack([seen, *([] if ready else [ring])], alignment=ft.Alignment.CENTER)),
        Button(ui.say("Take the picture"), take, icon_name="camera", disabled=not ready, identifier="take-picture"),
        other,
    )


def _column(*controls: ft.Control) -> ft.Control:
    return ft.Column(list(controls), spacing=Space.M, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def _held(content: ft.Control) -> ft.Control:
    """The dark ground that a picture lies on, as high as the window lets it be."""
    high = int(ft.context.page.height or 0) or 800
    return ft.Container(
        content=content,
        height=max(160, min(380, high - _BESIDE)),
        bgcolor=_BLACK,
        border_radius=Radius.L,
        alignment=ft.Alignment.CENTER,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def _guide(frame: Frame) -> ft.Control:
    """The outline to fit the thing into."""
    outline = ft.Container(
        aspect_ratio=_SIDES[frame],
        border=ft.Border.all(3, _WHITE),
        border_radius=Radius.M if frame is not Frame.FACE else 400,
    )
    return ft.Container(content=outline, padding=Space.L, alignment=ft.Alignment.CENTER)


def _to_do(ui: Ui, frame: Frame) -> str:
    return {
        Frame.CARD: ui.say("Lay it on a dark ground. All four corners inside the frame, no glare."),
        Frame.PAGE: ui.say("The whole page inside the frame, in good light."),
        Frame.FACE: ui.say("Your face inside the frame, looking into the light."),
    }[frame]


def _to_check(ui: Ui, frame: Frame) -> str:
    if frame is Frame.FACE:
        return ui.say("Is your whole face in it, and sharp?")
    return ui.say("Can you read every word? No corner cut off, no glare, no finger on it?")


def _why(ui: Ui, trouble: Trouble) -> str:
    return {
        Trouble.DENIED: ui.say("This app may not use the camera. Allow it in the settings, or choose a file."),
        Trouble.NONE: ui.say("This device has no camera that we can use. Choose a file."),
        Trouble.BUSY: ui.say("Another app uses the camera. Close it and try again, or choose a file."),
        Trouble.BROKEN: ui.say("The camera does not work just now. Try again, or choose a file."),
    }[trouble]
