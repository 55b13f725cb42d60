"""A code on its way: where it went, and asking for another once the platform lets one be sent."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import flet as ft

from app.components.layout import row
from app.components.press import link
from app.components.text import icon, muted
from app.design.tokens import SMALL
from app.guard import component
from app.hooks import use_ticking, use_ui
from app.ui import Ui
from shared.api.identity import CodeChannel, CodeSent


def where_it_went(ui: Ui, sent: CodeSent) -> ft.Control:
    """How the code travels, and to which contact."""
    if sent.channel is CodeChannel.VOICE:
        words = ui.say("We call {address} and say {digits} digits, twice.", digits=sent.digits, address=sent.sent_to)
    else:
        words = ui.say("We sent {digits} digits to {address}.", digits=sent.digits, address=sent.sent_to)
    return muted(ui, words)


@component
def Resend(sent: CodeSent, ask: Callable[[CodeChannel | None], Awaitable[None]]) -> ft.Control:
    """Counts down to the moment when another code may be asked for; then `ask` has one sent, or read out by a call.

    A call is offered to a phone, as long as the last code is good: the platform makes none later.
    """
    ui = use_ui()
    now = ui.store.clock.now()
    left, by_phone = seconds_to_resend(sent, now), sent.channel is not CodeChannel.EMAIL
    may_call = by_phone and now < sent.expires_at
    use_ticking(1, while_true=left > 0 or may_call)
    if left > 0:
        waiting = ui.plural("New code in {count} second", "New code in {count} seconds", left)
        return row(icon(ui, "clock", 18, ui.palette.muted), muted(ui, waiting, SMALL))
    again = link(ui, ui.say("Send a new code"), partial(ask, None), identifier="resend")
    if not may_call:
        return again
    return row(
        again,
        link(ui, ui.say("Call me"), partial(ask, CodeChannel.VOICE), identifier="call-me"),
        gap=0,
        wrap=True,
    )


def seconds_to_resend(sent: CodeSent, now: datetime) -> int:
    """How long until another code may be asked for; 0 where it may."""
    return max(0, int((sent.resend_at - now).total_seconds()) + 1) if sent.resend_at > now else 0
