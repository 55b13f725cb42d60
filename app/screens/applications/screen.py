"""Every application, the newest first."""

import flet as ft

from app.components import skeleton
from app.components.for_whom import for_words
from app.components.layout import badge, chip, list_card, tile
from app.components.press import Button
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.guard import component
from app.hooks import use_news, use_query, use_store, use_ui
from app.routes import Application, Applications, Apply, Draft, Profile
from app.screens.applications.words import status_words
from app.screens.home.loans import product_name
from app.stores import businesses, reads
from app.ui import Ui
from shared.api.applications import ApplicationStatus, ApplicationSummary

_NO_BREAK = "\N{NO-BREAK SPACE}"  # a day stays on one line


@component
def ApplicationsScreen(route: Applications) -> ft.Control:
    """Each leads to where it stands, or to be finished."""
    del route
    ui = use_ui()
    store = use_store()
    query = use_news(reads.applications(store), *reads.APPLYING_NEWS)
    use_query(businesses.mine(store))
    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: list_card(ui, [_application(ui, each) for each in found]),
            skeleton=skeleton.rows(ui, 3),
            empty=lambda: _none(ui),
        ),
        title=ui.say("Your applications"),
        back=lambda: ui.go(Profile()),
    )


def _none(ui: Ui) -> ft.Control:
    apply = Button(ui.say("Apply for credit"), lambda: ui.go(Apply()), kind="soft", grow=False)
    return blank(ui, ui.say("No applications yet"), "file-text", ui.say("Once you have one, you see it here."), apply)


def _application(ui: Ui, each: ApplicationSummary) -> ft.Control:
    tone, icon_name, words = status_words(ui, each.status)
    name = product_name(ui, each.product_kind.value)
    begun = ui.date(each.created_at.date()).replace(" ", _NO_BREAK)
    whose = for_words(ui, businesses.mine(ui.store).value or [], each.business_id)
    amount = ui.money(each.amount) if each.amount is not None else ""
    is_draft = each.status is ApplicationStatus.DRAFT
    place = Draft(application_id=each.id) if is_draft else Application(application_id=each.id)
    return tile(
        ui,
        name,
        ui.aloud(amount, whose, begun),
        lead=badge(ui, icon_name, tone=tone),
        trail=chip(ui, words, tone=tone),
        on_press=lambda: ui.go(place),
        identifier=f"application-{each.id}",
        label=ui.aloud(name, amount, whose, words, begun),
    )
