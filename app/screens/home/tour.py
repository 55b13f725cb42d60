"""A look around for newcomers: one part of the screen after the other, with a ring around it and a word about it."""

import flet as ft

from app.components.layout import apart, card, row
from app.components.press import Button, link
from app.components.text import heading, muted
from app.design.tokens import CAPTION, SMALL, TITLE_3, Motion, Radius, Space
from app.stores import businesses
from app.stores.home import Home
from app.stores.tour import Stop, Tour
from app.ui import Ui


def stops_of(ui: Ui, home: Home) -> list[Stop]:
    """The parts that this borrower's first screen has."""
    has = {
        Stop.LIMIT: _has_line(ui, home) or home.ceiling is not None,
        Stop.NEXT_PAYMENT: home.next_due is not None,
    }
    return [stop for stop in Stop if has.get(stop, True)]


def spotlight(ui: Ui, stop: Stop, content: ft.Control | None, *, radius: int = Radius.L + 2) -> ft.Control | None:
    """`content` with room for a ring above it, ringed while the tour is there; scrolled to by the name of its stop."""
    if content is None:
        return None
    ring = [
        ft.BoxShadow(blur_radius=0, spread_radius=3, color=ui.palette.ground),
        ft.BoxShadow(blur_radius=0, spread_radius=6, color=ui.palette.brand),
    ]
    ringed = ft.Container(
        content=content,
        border_radius=radius,
        shadow=list(reversed(ring)) if ui.store.tour.stop is stop else None,
        animate=None if ui.still else Motion.ENTER,
    )
    return ft.Container(
        content=ringed,
        padding=ft.Padding(top=Space.S),
        key=ft.ScrollKey(stop.value),  # type: ignore[call-arg]  # theirs is lazy
    )


def coach(ui: Ui, tour: Tour, home: Home) -> ft.Control | None:
    """What is said at this stop, with the ways on and out."""
    if tour.stop is None:
        return None
    title, words = _words(ui, tour.stop, home)
    step = ui.say("{number} of {count}", number=tour.at + 1, count=len(tour.stops))
    last = tour.at + 1 == len(tour.stops)
    on = Button(ui.say("Done") if last else ui.say("Next"), tour.go_on, grow=False, identifier="tour-next")
    back = link(ui, ui.say("Back"), tour.go_back, identifier="tour-back") if tour.at else None
    skip = None if last else link(ui, ui.say("Skip the tour"), tour.end, identifier="tour-skip")
    said = ft.Semantics(live_region=True, container=True, content=muted(ui, words, SMALL))
    return card(
        ui,
        apart(heading(ui, title, 2, TITLE_3), muted(ui, step, CAPTION)),
        said,
        apart(row(skip, back, gap=Space.S), on),
        gap=Space.S,
    )


def _has_line(ui: Ui, home: Home) -> bool:
    return bool(home.lines_of(businesses.bound_by_me(ui.store)))


def _words(ui: Ui, stop: Stop, home: Home) -> tuple[str, str]:
    match stop:
        case Stop.LIMIT if _has_line(ui, home):
            return ui.say("What you can borrow"), ui.say("How much of your limit is free, and how much is in use.")
        case Stop.LIMIT:
            return ui.say("What you can borrow"), ui.say(
                "The most that you can apply for. What you get is decided later."
            )
        case Stop.QUICK:
            return ui.say("All close at hand"), ui.say("Borrow, pay, see your dates, or prove who you are.")
        case Stop.NEXT_PAYMENT:
            return ui.say("What you pay next"), ui.say(
                "How much, and when. Pay a part, all of it, or the whole loan early."
            )
        case Stop.HELP:
            return (
                ui.say("We are here"),
                ui.say(
                    "Chat with us up here; a person takes over whenever you want one. Messages wait behind the bell."
                ),
            )
