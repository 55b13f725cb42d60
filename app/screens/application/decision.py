"""A decision that is not a yes: why, what can be done, and what one may ask for."""

from functools import partial
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, column, list_card, row, tile
from app.components.press import Button
from app.components.state_view import state_view
from app.components.text import heading, muted, text, title
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_query, use_store, use_ui
from app.routes import Apply, Chat, Draft, MyData, Route
from app.stores import reads
from app.ui import Ui
from shared.api.underwriting import DecisionOut, ReasonOut


@component
def Declined(application_id: UUID) -> ft.Control:
    """The main reasons, in plain words."""
    ui = use_ui()
    query = use_query(reads.decision(use_store(), application_id))
    return state_view(ui, query, lambda found: _declined(ui, found), skeleton=skeleton.cards(ui, 90, 200))


def _declined(ui: Ui, found: DecisionOut) -> ft.Control:
    tenant = ui.store.session.tenant
    contact = (tenant.brand.support_email or tenant.brand.support_phone or "") if tenant else ""
    ways = [
        tile(ui, label, words, lead=badge(ui, icon_name), on_press=partial(ui.go, place), identifier=identifier)
        for icon_name, label, words, place, identifier in _ways(ui)
    ]
    return column(
        title(ui, ui.say("Not this time")),
        muted(ui, ui.say("We could not approve this application. These are the main reasons.")),
        reasons(ui, found.reasons),
        heading(ui, ui.say("What you can do"), 2, STRONG),
        list_card(ui, ways),
        muted(ui, ui.say("Write to {contact}.", contact=contact), SMALL) if contact else None,
    )


def _ways(ui: Ui) -> list[tuple[str, str, str, Route, str]]:
    """To a person, to the data, and to another try; when that is worth it, the reasons say."""
    return [
        ("user", ui.say("Talk to a person"), ui.say("Ask us to look at it again"), Chat(), "to-person"),
        ("download-simple", ui.say("A copy of your data"), ui.say("All that we hold of you"), MyData(), "to-my-data"),
        (
            "arrows-clockwise",
            ui.say("Apply again"),
            ui.say("You can apply again as soon as something has changed. It costs nothing."),
            Apply(),
            "apply-again",
        ),
    ]


def reasons(ui: Ui, found: list[ReasonOut]) -> ft.Control:
    """Each reason with what can be done about it."""
    return list_card(ui, [_reason(ui, each) for each in found])


def _reason(ui: Ui, each: ReasonOut) -> ft.Control:
    words = column(text(ui, each.text, STRONG), muted(ui, each.advice, SMALL) if each.advice else None, gap=Space.XXS)
    line = row(badge(ui, "info", tone="sunken", size=36), ft.Container(content=words, expand=True), top=True)
    return ft.Container(content=line, padding=Space.L)


@component
def MoreInfo(application_id: UUID) -> ft.Control:
    """What is missing, and the way to give it."""
    ui = use_ui()
    query = use_query(reads.decision(use_store(), application_id))

    def ready(found: DecisionOut) -> ft.Control:
        return column(
            card(ui, heading(ui, ui.say("We need a little more"), 2), muted(ui, ui.say("Then we decide at once."))),
            reasons(ui, found.reasons),
            Button(ui.say("Add it"), lambda: ui.go(Draft(application_id=application_id)), identifier="add-info"),
        )

    return state_view(ui, query, ready, skeleton=skeleton.cards(ui, 90, 200))
