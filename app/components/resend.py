"""Asking for another code, once the platform lets one be sent."""

from datetime import datetime

import flet as ft

from app.components.layout import row
from app.components.press import Press, link
from app.components.text import icon, muted
from app.design.tokens import SMALL
from app.guard import component
from app.hooks import use_ticking, use_ui
from shared.api.identity import CodeSent


@component
def Resend(sent: CodeSent, send: Press, call: Press | None = None) -> ft.Control:
    """Counts down to the moment when another code may be asked for; then `send` asks, or `call` for one by a call.

    A call is offered as long as the last code is good: the platform makes none later.
    """
    ui = use_ui()
    now = ui.store.clock.now()
    left, may_call = seconds_to_resend(sent, now), call is not None and now < sent.expires_at
    use_ticking(1, while_true=left > 0 or may_call)
    if left > 0:
        waiting = ui.plural("New code in {count} second", "New code in {count} seconds", left)
        return row(icon(ui, "clock", 18, ui.palette.muted), muted(ui, waiting, SMALL))
    again = link(ui, ui.say("Send a new code"), send, identifier="resend")
    if call is None or not may_call:
        return again
    return row(again, link(ui, ui.say("Call me"), call, identifier="call-me"), gap=0, wrap=True)


def seconds_to_resend(sent: CodeSent, now: datetime) -> int:
    """How long until another code may be asked for; 0 where it may."""
    return max(0, int((sent.resend_at - now).total_seconds()) + 1) if sent.resend_at > now else 0
