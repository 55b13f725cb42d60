"""The documents as they are signed, to read and to keep."""

from functools import partial

import flet as ft

from app.components.layout import badge, column, list_card, tile
from app.components.text import heading, icon
from app.design.tokens import STRONG, Space
from app.stores.signing import SigningFlow
from app.ui import Ui
from shared.api.agreements import AgreementOut, DocumentKind, DocumentOut


def documents(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control | None:
    """Each with its size; nothing while they are being set."""
    if not found.documents:
        return None
    rows = [_document(ui, flow, found, each) for each in found.documents]
    return column(heading(ui, ui.say("Documents"), 2, STRONG), list_card(ui, rows), gap=Space.S)


def _document(ui: Ui, flow: SigningFlow, found: AgreementOut, each: DocumentOut) -> ft.Control:
    name = ui.say("Key facts") if each.kind is DocumentKind.KEY_FACTS else ui.say("The whole agreement")
    size = ui.say("PDF, {size} kB", size=max(1, each.size // 1000))
    return tile(
        ui,
        name,
        size,
        lead=badge(ui, "file-pdf"),
        trail=icon(ui, "download-simple", 20, ui.palette.muted),
        on_press=partial(flow.open_document, found, each.kind),
        identifier=f"document-{each.kind.value}",
        label=ui.say("{name}, {size}. Download", name=name, size=size),
    )
