"""Whose app it is, which version, who lends by which licence, and what it is made of."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, column, list_card, tile
from app.components.navigation import brand_mark
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_observed, use_query, use_store, use_ui
from app.routes import About, Consents, Profile
from app.stores import papers
from app.ui import Ui
from shared.api.offers import LenderOut
from shared.client.config import VERSION


@component
def AboutScreen(route: About) -> ft.Control:
    """What is known without a question stands above what is read."""
    del route
    ui = use_ui()
    store = use_store()
    use_observed(store.session)
    query = use_query(papers.lenders(store))
    lenders = state_view(ui, query, lambda found: _lenders(ui, found), skeleton=skeleton.rows(ui, 3))
    return screen(
        ui,
        _whose(ui),
        _group(ui, ui.say("Who lends"), lenders),
        _group(ui, ui.say("More about us"), _ways(ui)),
        _group(ui, ui.say("Made with"), _made_with(ui)),
        title=ui.say("About this app"),
        back=lambda: ui.go(Profile()),
    )


def _group(ui: Ui, name: str, inner: ft.Control) -> ft.Control:
    return column(heading(ui, name, 2, STRONG), inner, gap=Space.S)


def _whose(ui: Ui) -> ft.Control:
    tenant = ui.store.session.tenant
    name = tenant.name if tenant is not None else ui.say("The app")
    return card(ui, brand_mark(ui, name), muted(ui, ui.say("Version {version}", version=VERSION), SMALL))


def _lenders(ui: Ui, found: list[LenderOut]) -> ft.Control:
    rows = [
        tile(
            ui,
            ui.words.verbatim(each.name),
            ui.aloud(ui.words.verbatim(each.licence), ui.words.verbatim(each.address)),
            lead=badge(ui, "bank", tone="sunken"),
        )
        for each in found
    ]
    return list_card(ui, rows)


def _ways(ui: Ui) -> ft.Control:
    tenant = ui.store.session.tenant
    website = tenant.brand.website if tenant is not None else None
    rows = [
        tile(
            ui,
            ui.say("Consents"),
            ui.say("What you agreed to"),
            lead=badge(ui, "handshake"),
            on_press=partial(ui.go, Consents()),
            identifier="to-consents",
        )
    ]
    if website:
        rows.append(
            tile(
                ui,
                ui.say("Website"),
                ui.words.verbatim(website),
                lead=badge(ui, "globe"),
                on_press=partial(ui.store.platform.open_link, website),
                identifier="to-website",
            )
        )
    return list_card(ui, rows)


def _made_with(ui: Ui) -> ft.Control:
    parts = (
        ui.say("The fonts Inter and Noto Sans Arabic, under the SIL Open Font License 1.1"),
        ui.say("The icons of Phosphor, under the MIT licence"),
        ui.say("Flet and Flutter, under the Apache 2.0 and BSD licences"),
    )
    return card(ui, *(muted(ui, each, SMALL) for each in parts), gap=Space.S)
