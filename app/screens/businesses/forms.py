"""The fields of each task of a business's case."""

import flet as ft

from app.components.field import toggle
from app.components.layout import card, notice
from app.screens.businesses.people import people
from app.screens.kyc.forms import address_fields, country, day, field, upload
from app.stores.kyb import KybForm
from app.ui import Ui
from shared.api.onboarding import DocumentPurpose, KybTask


def form(ui: Ui, kept: KybForm) -> list[ft.Control | None]:
    """The fields of the task that `kept` is about."""
    match kept.task:
        case KybTask.REGISTRATION_DETAILS:
            return _registration(ui, kept)
        case KybTask.DIRECTORS:
            return [*people(ui, kept)]
        case KybTask.BENEFICIAL_OWNERS:
            return _owners(ui, kept)
        case _:
            return _address(ui, kept)


def _registration(ui: Ui, kept: KybForm) -> list[ft.Control | None]:
    register = kept.fields["register_country"]
    told = ui.say("With its letters: RC 1234567") if register == "NG" else ""
    number = ui.say("Registration number")
    return [
        field(ui, kept, ui.say("Legal name"), "legal_name"),
        field(ui, kept, number, "registration_number", "cac", helper=told, latin=True),
        country(ui, kept, ui.say("Registered in"), "register_country"),
        day(ui, kept, ui.say("Registered on"), "registered_on"),
        field(ui, kept, ui.say("Trading name, if it is another one"), "trading_name"),
        field(ui, kept, ui.say("Tax number, if any"), "tax_number", latin=True),
        field(ui, kept, ui.say("What the business does, if you like"), "industry"),
        upload(
            ui,
            kept,
            DocumentPurpose.REGISTRATION_CERTIFICATE,
            ui.say("The certificate, if you have it"),
            ui.say("A sharp picture or a PDF"),
        ),
    ]


def _owners(ui: Ui, kept: KybForm) -> list[ft.Control | None]:
    declared = toggle(
        ui,
        ui.say("Nobody holds 5 % or more"),
        kept.nobody,
        kept.declare,
        subtitle=ui.say("You declare it for the business"),
    )
    chart = upload(
        ui,
        kept,
        DocumentPurpose.OWNERSHIP_CHART,
        ui.say("A chart of who owns what, if you have one"),
        ui.say("Where others stand between the owners and the business"),
    )
    told = ui.say("Name everybody who holds 5 % or more, directly or through others.")
    return [notice(ui, told), *([] if kept.nobody else people(ui, kept)), card(ui, declared, padding=0), chart]


def _address(ui: Ui, kept: KybForm) -> list[ft.Control | None]:
    return [
        *address_fields(ui, kept),
        upload(
            ui,
            kept,
            DocumentPurpose.PROOF_OF_ADDRESS,
            ui.say("A bill or statement"),
            ui.say("It shows the business's name and this address, of the last three months"),
        ),
    ]
