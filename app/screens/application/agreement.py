"""After an offer was taken: the agreement is drawn up, then read and signed."""

from uuid import UUID

import flet as ft

from app.components.layout import card, column
from app.components.press import Button, Press
from app.components.text import heading, muted
from app.components.timeline import Happening, Pace, timeline
from app.design.tokens import TITLE_3, Space
from app.guard import component
from app.hooks import use_kept, use_query, use_store, use_task, use_ui
from app.routes import Agreement
from app.stores import reads
from app.ui import Ui
from shared.api.agreements import AgreementStatus


@component
def AgreementWaits(application_id: UUID, *, expected: bool) -> ft.Control:
    """Goes on to the agreement once it can be read: by itself where it was `expected` and not there yet.

    Whoever comes back from the agreement goes by a press, and can go further back instead.
    """
    ui = use_ui()
    query = use_query(reads.agreement_of(use_store(), application_id), every_s=1.5)
    found = query.value
    is_drawn_up = found is not None and found.status is not AgreementStatus.DRAFTING
    waited = use_kept(lambda: [expected and not is_drawn_up])[0]

    def go() -> None:
        if found is not None:
            ui.go(Agreement(agreement_id=found.id))

    async def go_on() -> None:
        if waited and is_drawn_up:
            go()

    use_task(go_on, [is_drawn_up])
    if is_drawn_up and not waited:
        return _drawn_up(ui, go)
    steps = [
        Happening(ui.say("Offer chosen"), "", Pace.DONE),
        Happening(ui.say("We draw up the agreement"), ui.say("A few seconds"), Pace.NOW),
        Happening(ui.say("You read and sign"), "", Pace.AHEAD),
        Happening(ui.say("The money is sent"), "", Pace.AHEAD),
    ]
    head = column(
        heading(ui, ui.say("Nearly there"), 2, TITLE_3), muted(ui, ui.say("Your agreement is being set.")), gap=Space.XS
    )
    return ft.Semantics(live_region=True, container=True, content=card(ui, head, timeline(ui, steps), gap=Space.XL))


def _drawn_up(ui: Ui, go: Press) -> ft.Control:
    head = heading(ui, ui.say("Your agreement is ready"), 2, TITLE_3)
    return card(ui, head, Button(ui.say("Read and sign"), go, identifier="to-agreement"), gap=Space.L)
