"""The fields of each task."""

from collections.abc import Callable
from typing import Any

import flet as ft

from app.components.capture import Frame
from app.components.field import Field
from app.components.layout import notice
from app.components.problem import field_error
from app.components.sheet import Select
from app.components.upload import UploadTile
from app.stores.kyc import KycForm
from app.stores.task_form import TaskForm
from app.ui import Ui
from shared.api.onboarding import DocumentPurpose, IdentityDocumentKind, KycTask
from shared.countries import CODES


def form(ui: Ui, kept: KycForm) -> list[ft.Control]:
    """The fields of the task that `kept` is about."""
    match kept.task:
        case KycTask.IDENTITY_DETAILS:
            return _details(ui, kept)
        case KycTask.DOCUMENT:
            return _document(ui, kept)
        case KycTask.SELFIE:
            return _selfie(ui, kept)
        case _:
            return _address(ui, kept)


def countries(ui: Ui) -> list[tuple[str, str]]:
    """Every country by its code and its name in the borrower's language."""
    return sorted(((code, ui.words.territory(code)) for code in CODES), key=lambda pair: pair[1])


def writer(kept: TaskForm, name: str) -> Callable[[str], object]:
    """Takes what is typed into the field called `name`."""
    return lambda text: kept.write(name, text)


def country(ui: Ui, kept: TaskForm, label: str, name: str) -> ft.Control:
    """One of all countries."""
    return Select(label, countries(ui), kept.fields[name], writer(kept, name), identifier=name)


def field(ui: Ui, kept: TaskForm, label: str, name: str, *also: str, **more: Any) -> ft.Control:
    """The field called `name`, with what was wrong with it; `also` are other names that the API has for it."""
    error = field_error(ui, kept.action.problem, name, *also)
    return Field(label, kept.fields[name], writer(kept, name), error=error, **more)


def day(ui: Ui, kept: TaskForm, label: str, name: str, helper: str = "") -> ft.Control:
    """A day, typed."""
    how = helper or ui.say("Day, month, year: 17/05/1990")
    return field(ui, kept, label, name, helper=how, keyboard=ft.KeyboardType.DATETIME, latin=True)


def _details(ui: Ui, kept: KycForm) -> list[ft.Control]:
    given = kept.fields
    fields = [
        field(ui, kept, ui.say("Given name"), "given_name", autofill=ft.AutofillHint.GIVEN_NAME),
        # Asked of nobody, but not lost where they were given by other ways.
        *([field(ui, kept, ui.say("Middle names"), "middle_names")] if "middle_names" in given else []),
        field(ui, kept, ui.say("Family name"), "family_name", autofill=ft.AutofillHint.FAMILY_NAME),
        day(ui, kept, ui.say("Date of birth"), "birth_date"),
        country(ui, kept, ui.say("Nationality"), "nationality"),
    ]
    if given["nationality"] == "NG":
        fields += [
            notice(ui, ui.say("Give your BVN or your NIN, or both. Dial *565*0# to see your BVN.")),
            field(ui, kept, ui.say("BVN"), "bvn", keyboard=ft.KeyboardType.NUMBER, latin=True),
            field(ui, kept, ui.say("NIN"), "nin", keyboard=ft.KeyboardType.NUMBER, latin=True),
        ]
    return fields


def _document(ui: Ui, kept: KycForm) -> list[ft.Control]:
    given = kept.fields
    kinds = [
        (IdentityDocumentKind.NATIONAL_ID, ui.say("National identity card")),
        (IdentityDocumentKind.PASSPORT, ui.say("Passport")),
        (IdentityDocumentKind.DRIVERS_LICENCE, ui.say("Driver's licence")),
        (IdentityDocumentKind.VOTERS_CARD, ui.say("Voter's card")),
        (IdentityDocumentKind.RESIDENCE_PERMIT, ui.say("Residence permit")),
    ]
    is_passport = given["kind"] == IdentityDocumentKind.PASSPORT
    fields: list[ft.Control] = [
        Select(
            ui.say("Kind of document"),
            [(kind.value, name) for kind, name in kinds],
            given["kind"],
            writer(kept, "kind"),
            identifier="document-kind",
        ),
        country(ui, kept, ui.say("Issued by"), "issuing_country"),
        _side(ui, kept, ui.say("Front"), DocumentPurpose.IDENTITY_FRONT),
    ]
    if is_passport:
        told = ui.say("Exactly as printed, with every <")
        foot = ui.say("The two lines at the foot of the page")
        return [*fields, field(ui, kept, foot, "mrz", helper=told, lines=2, latin=True)]
    told = ui.say("Day, month, year; leave it empty if the document does not say")
    return [
        *fields,
        _side(ui, kept, ui.say("Back, if it has one"), DocumentPurpose.IDENTITY_BACK),
        field(ui, kept, ui.say("Number"), "number", latin=True),
        day(ui, kept, ui.say("Valid until"), "expires_on", told),
    ]


def upload(
    ui: Ui,
    kept: TaskForm,
    purpose: DocumentPurpose,
    label: str,
    hint: str,
    *,
    icon_name: str = "file-text",
    identifier: str | None = None,
    frame: Frame = Frame.PAGE,
) -> ft.Control:
    """A place for a file; of one that was given before it says that it is there, and may be replaced."""
    handover = kept.uploads[purpose]
    is_there = kept.sent(purpose) and not handover.name
    words = ui.say("Given before. Send another one to replace it.") if is_there else hint
    name = identifier or f"upload-{purpose.value}"
    return UploadTile(label, words, handover, "check" if is_there else icon_name, name, frame=frame)


def _side(ui: Ui, kept: KycForm, name: str, purpose: DocumentPurpose) -> ft.Control:
    return upload(
        ui,
        kept,
        purpose,
        name,
        ui.say("A sharp picture or a PDF, all four corners in view, no glare"),
        icon_name="identification-card",
        identifier=f"upload-{purpose.value.removeprefix('identity_')}",
        frame=Frame.CARD,
    )


def _selfie(ui: Ui, kept: KycForm) -> list[ft.Control]:
    return [
        notice(
            ui,
            ui.say("Look into the light, without glasses or hat. If you can't take one, somebody may take it for you."),
        ),
        upload(
            ui,
            kept,
            DocumentPurpose.SELFIE,
            ui.say("A picture of your face"),
            ui.say("Taken now, not an old one"),
            icon_name="camera",
            frame=Frame.FACE,
        ),
    ]


def address_fields(ui: Ui, kept: TaskForm) -> list[ft.Control]:
    """Where somebody lives or a business is."""
    street = ft.AutofillHint.FULL_STREET_ADDRESS
    return [
        field(ui, kept, ui.say("Street and number"), "line_1", autofill=street),
        # Asked of nobody, but not lost where it was given by other ways.
        *([field(ui, kept, ui.say("Second line"), "line_2")] if "line_2" in kept.fields else []),
        field(ui, kept, ui.say("City"), "city", autofill=ft.AutofillHint.ADDRESS_CITY),
        field(ui, kept, ui.say("State or region, if any"), "region"),
        field(ui, kept, ui.say("Postal code, if any"), "postal_code", latin=True),
        country(ui, kept, ui.say("Country"), "country"),
    ]


def _address(ui: Ui, kept: KycForm) -> list[ft.Control]:
    return [
        *address_fields(ui, kept),
        upload(
            ui,
            kept,
            DocumentPurpose.PROOF_OF_ADDRESS,
            ui.say("A bill or statement, if you have one"),
            ui.say("It shows your name and this address"),
            identifier="upload-proof",
        ),
    ]
