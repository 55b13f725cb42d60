"""The files that the product asks for."""

import flet as ft

from app.components.field import segments
from app.components.layout import badge, column, list_card, notice, tile
from app.components.press import icon_button
from app.components.text import muted, title
from app.components.upload import UploadTile
from app.design.tokens import SMALL
from app.stores.draft import DraftFlow
from app.ui import Ui
from shared.api.applications import AttachmentOut
from shared.api.products import AttachmentKind

_ICONS = {AttachmentKind.BANK_STATEMENT: "bank", AttachmentKind.INVOICE: "invoice"}


def files(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """A bank statement in most cases; what was read from it shows at once."""
    firm = flow.application.business_id is not None
    alone = len(flow.files) == 1
    statement = (
        ui.say("Bank statements of the business: three months or more, as a CSV or OFX file.")
        if firm
        else ui.say("Three months or more, as a CSV or OFX file from your bank: what comes in, what goes out.")
    )
    parts: list[ft.Control | None] = [
        title(ui, ui.say("Show us your account") if alone else ui.say("Show us the papers")),
        muted(ui, statement),
        notice(
            ui,
            ui.say("This is a check of your own figures. It leaves no mark in any credit file."),
            icon_name="shield-check",
        ),
    ]
    parts += [
        UploadTile(_name(ui, kind), _hint(ui, kind), handover, _ICONS.get(kind, "file-text"), f"upload-{kind.value}")
        for kind, handover in flow.files.items()
    ]
    if flow.application.attachments:
        parts.append(list_card(ui, [_attached(ui, flow, each) for each in flow.application.attachments]))
    return [*parts, *_questions(ui, flow)]


def _name(ui: Ui, kind: AttachmentKind) -> str:
    return {
        AttachmentKind.BANK_STATEMENT: ui.say("Bank statement"),
        AttachmentKind.INVOICE: ui.say("The invoice"),
        AttachmentKind.PURCHASE_ORDER: ui.say("Purchase order"),
        AttachmentKind.PAYSLIP: ui.say("Payslip"),
        AttachmentKind.ACCOUNTS: ui.say("Annual accounts"),
    }.get(kind, ui.say("Document"))


def _hint(ui: Ui, kind: AttachmentKind) -> str:
    return ui.say("CSV, OFX or QFX") if kind is AttachmentKind.BANK_STATEMENT else ui.say("PDF or picture")


def _attached(ui: Ui, flow: DraftFlow, each: AttachmentOut) -> ft.Control:
    read = ui.say("Received")
    if each.starts_on is not None and each.ends_on is not None and each.transactions is not None:
        read = ui.plural(
            "{count} movement, {start} to {end}",
            "{count} movements, {start} to {end}",
            each.transactions,
            start=ui.date(each.starts_on),
            end=ui.date(each.ends_on),
        )
    remove = icon_button(ui, "trash", ui.say("Remove"), lambda: flow.remove_file(each.id))
    return tile(ui, ui.words.verbatim(each.filename), read, lead=badge(ui, "check", tone="good"), trail=remove)


def _questions(ui: Ui, flow: DraftFlow) -> list[ft.Control]:
    """Asked only where a statement could be read in two ways."""
    refused = [handover.action.problem for handover in flow.files.values() if handover.action.problem is not None]
    if not refused and not flow.date_order and not flow.decimal_mark:
        return []

    def order(value: str) -> None:
        flow.date_order = value

    def mark(value: str) -> None:
        flow.decimal_mark = value

    orders = [("", ui.say("Find out")), ("day_first", ui.say("Day first")), ("month_first", ui.say("Month first"))]
    marks = [("", ui.say("Find out")), (".", "1,000.00"), (",", "1.000,00")]
    return [
        column(
            muted(ui, ui.say("How are dates written in the file?"), SMALL),
            segments(ui, orders, flow.date_order, order, identifier="dates"),
            muted(ui, ui.say("How are amounts written?"), SMALL),
            segments(ui, marks, flow.decimal_mark, mark, identifier="marks"),
        )
    ]
