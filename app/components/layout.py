"""Grounds and arrangements: cards, rows, chips, notices."""

from collections.abc import Sequence

import flet as ft

from app.components.press import Press, tappable
from app.components.text import icon, muted, text
from app.design.colour import fade
from app.design.palette import Mode
from app.design.tokens import BODY, CAPTION, LABEL, SMALL, STRONG, Radius, Space
from app.ui import Ui
from shared.money import Money

_LARGE = 1.4  # from this scale on letters need the line for themselves
_LINE = 42  # letters that a name and its value have room for side by side on a phone


def column(*controls: ft.Control | None, gap: int = Space.L, center: bool = False) -> ft.Column:
    """One below the other, as wide as there is room; None is left out."""
    return ft.Column(
        [each for each in controls if each is not None],
        spacing=gap,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER if center else ft.CrossAxisAlignment.STRETCH,
    )


def row(*controls: ft.Control | None, gap: int = Space.M, wrap: bool = False, top: bool = False) -> ft.Row:
    """Side by side, in the direction of the language; None is left out."""
    return ft.Row(
        [each for each in controls if each is not None],
        spacing=gap,
        run_spacing=gap,
        wrap=wrap,
        vertical_alignment=ft.CrossAxisAlignment.START if top else ft.CrossAxisAlignment.CENTER,
    )


def apart(start: ft.Control, end: ft.Control) -> ft.Row:
    """Two things at the two ends of a line; the first gives way."""
    return row(ft.Container(content=start, expand=True), end)


def around(content: ft.Control, *, x: int = 0, top: int = 0, bottom: int = 0) -> ft.Control:
    """Room around something."""
    return ft.Container(content=content, padding=ft.Padding(left=x, right=x, top=top, bottom=bottom))


def surface_style(ui: Ui) -> dict[str, object]:
    """Ground, edge and shadow of a card in the present theme."""
    lit = ui.palette.mode is Mode.LIGHT
    shadow = ft.BoxShadow(blur_radius=24, spread_radius=-10, offset=ft.Offset(0, 8), color=fade(ui.palette.text, 0.14))
    return {
        "bgcolor": ui.palette.surface,
        "border": ft.Border.all(1, fade(ui.palette.line, 0.7) if lit else ui.palette.line),
        "shadow": shadow if lit else None,
    }


def card(ui: Ui, *controls: ft.Control | None, gap: int = Space.M, padding: int = Space.L + 2) -> ft.Control:
    """A raised piece of ground."""
    return ft.Container(
        content=column(*controls, gap=gap),
        padding=padding,
        border_radius=Radius.L + 2,
        **surface_style(ui),  # type: ignore[arg-type]
    )


def tappable_card(ui: Ui, inner: ft.Control, on_press: Press, *, identifier: str | None = None) -> ft.Control:
    """A card that is one button."""
    held = ft.Container(content=inner, padding=Space.L + 2)
    pressed = tappable(ui, held, on_press, identifier=identifier, radius=Radius.L + 2)
    return ft.Container(
        content=pressed,
        border_radius=Radius.L + 2,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        **surface_style(ui),  # type: ignore[arg-type]
    )


def list_card(ui: Ui, rows: Sequence[ft.Control]) -> ft.Control:
    """Rows on one card, hairlines between them."""
    parts: list[ft.Control] = []
    for each in rows:
        if parts:
            parts.append(around(hairline(ui), x=Space.L))
        parts.append(each)
    return ft.Container(
        content=column(*parts, gap=0),
        padding=ft.Padding.symmetric(vertical=Space.XS),
        border_radius=Radius.L + 2,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        **surface_style(ui),  # type: ignore[arg-type]
    )


def hairline(ui: Ui) -> ft.Control:
    """A line between rows."""
    return ft.Container(height=1, bgcolor=ui.palette.line)


def badge(ui: Ui, name: str, *, tone: str = "soft", size: int = 44) -> ft.Control:
    """An icon on a round ground. `tone` is soft, good, warn, bad or sunken."""
    ground, ink = tone_of(ui, tone)
    return ft.Container(
        content=icon(ui, name, size // 2, ink),
        width=size,
        height=size,
        border_radius=size / 2,
        bgcolor=ground,
        alignment=ft.Alignment.CENTER,
    )


def chip(ui: Ui, label: str, *, tone: str = "sunken", icon_name: str | None = None) -> ft.Control:
    """A short word about a state, never by colour alone."""
    ground, ink = tone_of(ui, tone)
    is_large = ui.scale > _LARGE
    return ft.Container(
        content=ft.Row(
            [
                *([icon(ui, icon_name, 14, ink)] if icon_name else []),
                text(ui, label, CAPTION, ink, lines=None if is_large else 1),
            ],
            spacing=Space.XS,
            tight=True,
            wrap=is_large,
        ),
        bgcolor=ground,
        border_radius=Radius.PILL,
        padding=ft.Padding.symmetric(horizontal=10, vertical=5),
    )


def tone_of(ui: Ui, tone: str) -> tuple[str, str]:
    """Ground and ink of a tone."""
    colours = ui.palette
    return {
        "soft": (colours.soft, colours.on_soft),
        "good": (colours.good_soft, colours.good),
        "warn": (colours.warn_soft, colours.warn),
        "bad": (colours.bad_soft, colours.bad),
        "sunken": (colours.sunken, colours.muted),
    }[tone]


def notice(
    ui: Ui, words: str, *, tone: str = "soft", icon_name: str = "info", then: ft.Control | None = None
) -> ft.Control:
    """A remark in the flow of a screen; screen readers hear it when it appears."""
    ground, ink = tone_of(ui, tone)
    said = text(ui, words, SMALL, ui.palette.text, expand=True)
    lines = row(icon(ui, icon_name, 20, ink, filled=True), said, gap=Space.M, top=True)
    body = ft.Container(
        content=column(lines, then, gap=Space.S), bgcolor=ground, border_radius=Radius.M, padding=Space.L - 2
    )
    return ft.Semantics(live_region=True, container=True, content=body)


def tile(
    ui: Ui,
    title: str,
    subtitle: str | None = None,
    *,
    lead: ft.Control | None = None,
    trail: ft.Control | None = None,
    on_press: Press | None = None,
    identifier: str | None = None,
    label: str | None = None,
) -> ft.Control:
    """A row of a list: what it is, more about it, and what to do with it."""
    words = column(text(ui, title, STRONG), None if subtitle is None else muted(ui, subtitle, SMALL), gap=Space.XXS)
    if trail is not None and ui.scale > _LARGE:
        words, trail = column(words, row(trail, gap=0, wrap=True), gap=Space.S), None
    elif on_press is not None and trail is None:
        trail = icon(ui, "caret-right", 18, ui.palette.muted)
    content = ft.Container(
        content=row(lead, ft.Container(content=words, expand=True), trail, gap=Space.M + 2),
        padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.M),
    )
    if on_press is None:
        return content
    return tappable(ui, content, on_press, identifier=identifier, label=label, radius=Radius.M)


def fact(ui: Ui, name: str, value: str | Money | ft.Control, *, strong: bool = False) -> ft.Control:
    """A name and its value at the two ends of a line; said together, money in full.

    Where both are long they share the line; in large letters the value stands below its name.
    """
    said = muted(ui, name, SMALL)
    if isinstance(value, ft.Control):
        return _together(row(ft.Container(content=said, expand=True), value, gap=Space.M))
    words, spoken = (ui.money(value), ui.words.spoken(value)) if isinstance(value, Money) else (value, None)
    is_long = (len(name) + len(words)) * ui.scale > _LINE
    below = is_long and ui.scale > _LARGE
    side = ft.TextAlign.START if below else ft.TextAlign.END
    shown = text(ui, words, STRONG if strong else LABEL, align=side, spoken=spoken)
    if below:
        return _together(column(said, shown, gap=0))
    held = ft.Container(
        content=shown,
        expand=3 if is_long else None,
        alignment=(ft.Alignment.CENTER_LEFT if ui.rtl else ft.Alignment.CENTER_RIGHT) if is_long else None,
    )
    return _together(row(ft.Container(content=said, expand=2 if is_long else True), held, gap=Space.M))


def _together(line: ft.Control) -> ft.Control:
    return ft.MergeSemantics(content=ft.Container(content=line, padding=ft.Padding.symmetric(vertical=5)))


def bullet(ui: Ui, words: str, icon_name: str = "check-circle", tone: str = "good") -> ft.Control:
    """A point of a list."""
    ink = tone_of(ui, tone)[1]
    return row(icon(ui, icon_name, 20, ink, filled=True), text(ui, words, BODY, expand=True), gap=Space.M, top=True)


def progress(ui: Ui, share: float, *, label: str, color: str | None = None, track: str | None = None) -> ft.Control:
    """A bar that is full at `share` = 1."""
    bar = ft.ProgressBar(
        value=share,
        bar_height=7,
        border_radius=Radius.PILL,
        color=color or ui.palette.fill,
        bgcolor=track or ui.palette.sunken,
        semantics_label=label,
    )
    return ft.Semantics(container=True, content=bar)
