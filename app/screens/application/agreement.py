"""After an offer was taken: the agreement is drawn up, then read and signed."""

from uuid import UUID

import flet as ft

from app.components.layout import card, column
from app.components.text import heading, muted
from app.components.timeline import Happening, Pace, timeline
from app.design.tokens import TITLE_3, Space
from app.guard import component
from app.hooks import use_query, use_store, use_task, use_ui
from app.routes import Agreement
from app.stores import reads
from shared.api.agreements import AgreementStatus


@component
def AgreementWaits(application_id: UUID) -> ft.Control:
    """Goes on to the agreement once it can be read."""
    ui = use_ui()
    query = use_query(reads.agreement_of(use_store(), application_id), every_s=1.5)
    found = query.value
    ready = found is not None and found.status is not AgreementStatus.DRAFTING

    async def go_on() -> None:
        if found is not None and ready:
            ui.go(Agreement(agreement_id=found.id))

    use_task(go_on, [ready])
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
