"""The fields of each task of a business's case."""

import flet as ft

from app.components.field import Field, toggle
from app.components.layout import card, notice
from app.screens.businesses.people import people
from app.screens.kyc.forms import address_fields, country, upload, writer
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
    given = kept.fields
    number = ui.say("With its letters: RC 1234567") if given["register_country"] == "NG" else ""
    return [
        Field(ui.say("Legal name"), given["legal_name"], writer(kept, "legal_name")),
        Field(
            ui.say("Registration number"),
            given["registration_number"],
            writer(kept, "registration_number"),
            helper=number,
            latin=True,
        ),
        country(ui, kept, ui.say("Registered in"), "register_country"),
        Field(
            ui.say("Registered on"),
            given["registered_on"],
            writer(kept, "registered_on"),
            helper=ui.say("Day, month, year: 17/05/1990"),
            keyboard=ft.KeyboardType.DATETIME,
            latin=True,
        ),
        Field(ui.say("Trading name, if it is another one"), given["trading_name"], writer(kept, "trading_name")),
        Field(ui.say("Tax number, if any"), given["tax_number"], writer(kept, "tax_number"), latin=True),
        Field(ui.say("What the business does, if you like"), given["industry"], writer(kept, "industry")),
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
