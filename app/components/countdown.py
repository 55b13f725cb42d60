"""How much time is left, counted down in the largest unit that says enough."""

from datetime import datetime, timedelta

import flet as ft

from app.components.layout import chip
from app.guard import component
from app.hooks import use_store, use_ticking, use_ui
from app.ui import Ui

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@component
def TimeLeft(until: datetime) -> ft.Control:
    """A chip; not spoken at each step, as a clock that talks is in the way of reading."""
    ui = use_ui()
    left = until - use_store().clock.now()
    use_ticking(1 if left <= 2 * _MINUTE else 20, while_true=left > timedelta())
    tone = "sunken" if left > _HOUR else "warn"
    return ft.Row([chip(ui, time_left(ui, left), tone=tone, icon_name="clock")], spacing=0)


def time_left(ui: Ui, left: timedelta) -> str:
    """`left` in words: whole days and hours, begun minutes."""
    if left <= timedelta():
        return ui.say("The time is over")
    if left >= _DAY:
        return ui.plural("{count} day left", "{count} days left", left // _DAY)
    if left >= _HOUR:
        return ui.plural("{count} hour left", "{count} hours left", left // _HOUR)
    return ui.plural("{count} minute left", "{count} minutes left", -(-left // _MINUTE))
