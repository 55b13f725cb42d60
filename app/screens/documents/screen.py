"""What one signed, and what one gave to be checked; each can be had again."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, column, list_card, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.components.text import heading, icon, muted
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_ui
from app.routes import Agreement, Applications, Documents, Profile
from app.screens.home.loans import product_name
from app.stores import papers
from app.stores.papers import Handout, Papers
from app.ui import Ui
from shared.api.agreements import AgreementSummary
from shared.api.onboarding import DocumentOut, DocumentPurpose


@component
def DocumentsScreen(route: Documents) -> ft.Control:
    """The agreements lead to their documents and evidence; files are given back as they came."""
    del route
    ui = use_ui()
    store = use_store()
    query = use_query(papers.papers(store))
    handout = use_observed(use_kept(lambda: Handout(store)))
    use_observed(handout.action)
    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: _papers(ui, found, handout),
            skeleton=skeleton.rows(ui, 4),
            empty=lambda: blank(
                ui, ui.say("No documents yet"), "file-text", ui.say("What you sign and what you give us is kept here.")
            ),
        ),
        problem_notice(ui, handout.action.problem),
        title=ui.say("Your documents"),
        back=lambda: ui.go(Profile()),
    )


def _papers(ui: Ui, found: Papers, handout: Handout) -> ft.Control:
    signed = [_signed(ui, each) for each in found.signed]
    given = [_given(ui, each, handout) for each in found.given]
    words = ui.say("What you gave with an application is kept with it.")
    elsewhere = Button(
        ui.say("See your applications"), partial(ui.go, Applications()), kind="plain", identifier="to-applications"
    )
    return column(
        _group(ui, ui.say("What you signed"), signed),
        _group(ui, ui.say("What you gave"), given),
        column(muted(ui, words, SMALL), elsewhere, gap=Space.XS),
        gap=Space.XL,
    )


def _group(ui: Ui, name: str, rows: list[ft.Control]) -> ft.Control | None:
    return column(heading(ui, name, 2, STRONG), list_card(ui, rows), gap=Space.S) if rows else None


def _signed(ui: Ui, each: AgreementSummary) -> ft.Control:
    on = ui.date(each.signed_at.date()) if each.signed_at is not None else ""
    lender = ui.words.verbatim(each.lender_name)
    return tile(
        ui,
        product_name(ui, each.product_kind),
        ui.aloud(lender, on),
        lead=badge(ui, "signature", tone="good"),
        on_press=partial(ui.go, Agreement(agreement_id=each.id)),
        identifier=f"agreement-{each.id}",
    )


def _given(ui: Ui, each: DocumentOut, handout: Handout) -> ft.Control:
    name = {
        DocumentPurpose.IDENTITY_FRONT: ui.say("Identity document, front"),
        DocumentPurpose.IDENTITY_BACK: ui.say("Identity document, back"),
        DocumentPurpose.SELFIE: ui.say("Picture of your face"),
        DocumentPurpose.PROOF_OF_ADDRESS: ui.say("Proof of address"),
        DocumentPurpose.REGISTRATION_CERTIFICATE: ui.say("Certificate of registration"),
        DocumentPurpose.OWNERSHIP_CHART: ui.say("Chart of ownership"),
    }.get(each.purpose, ui.say("Document"))
    return tile(
        ui,
        name,
        ui.instant(each.created_at),
        lead=badge(ui, "file-text", tone="sunken"),
        trail=icon(ui, "download-simple", 20, ui.palette.muted),
        on_press=partial(handout.document, each),
        identifier=f"given-{each.id}",
    )
