"""How one was helped: asked in the thread once people have ended it, and easily left alone."""

from datetime import datetime

import flet as ft

from app.components.field import Field, segments
from app.components.layout import card, row
from app.components.press import Button, link
from app.components.problem import problem_notice
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG
from app.guard import component
from app.hooks import use_kept, use_observed, use_store, use_task, use_ui
from app.stores.rating import MAX_COMMENT, RatingFlow


@component
def Rating(ended_at: datetime) -> ft.Control:
    """Five figures, room for words once one is chosen, and a way around it."""
    ui = use_ui()
    store = use_store()
    flow = use_observed(use_kept(lambda: RatingFlow(store, ended_at)))
    use_observed(flow.action)
    use_task(flow.begin, [])
    if not flow.asks:
        return ft.Container(height=0)

    async def send() -> None:
        if await flow.send():
            await store.toast.show(ui.say("Thank you"))

    scores = [(str(each), ui.words.number(each)) for each in range(1, 6)]
    chosen = str(flow.score) if flow.score is not None else ""
    more: list[ft.Control] = (
        []
        if flow.score is None
        else [
            Field(ui.say("Anything to add? (optional)"), flow.comment, flow.write, lines=2, max_length=MAX_COMMENT),
            Button(ui.say("Send"), send, kind="soft", busy=flow.action.busy, identifier="send-rating"),
        ]
    )
    return card(
        ui,
        heading(ui, ui.say("How were you helped?"), 2, STRONG),
        muted(ui, ui.say("From 1, not at all, to 5, very well."), SMALL),
        segments(ui, scores, chosen, flow.choose, identifier="score"),
        *more,
        problem_notice(ui, flow.action.problem),
        row(link(ui, ui.say("Not now"), flow.leave, identifier="rate-later")),
    )
