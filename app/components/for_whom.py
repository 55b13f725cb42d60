"""In whose name something is, where it is not the borrower's own."""

from uuid import UUID

import flet as ft

from app.components.layout import row
from app.components.text import icon, muted
from app.design.tokens import SMALL, Space
from app.guard import component
from app.hooks import use_query, use_store, use_ui
from app.stores import businesses
from app.ui import Ui
from shared.api.members import BusinessOut


def for_business(business_id: UUID | None) -> ft.Control | None:
    """The name of the business; nothing for what is one's own."""
    return None if business_id is None else ForBusiness(business_id)


@component
def ForBusiness(business_id: UUID) -> ft.Control:
    """The name of the business; empty as long as it is not known."""
    ui = use_ui()
    query = use_query(businesses.mine(use_store()))
    words = for_words(ui, query.value or [], business_id)
    if not words:
        return ft.Container(width=0, height=0)
    shown = muted(ui, words, SMALL, expand=True)
    return row(icon(ui, "storefront", 18, ui.palette.muted), shown, gap=Space.S)


def for_words(ui: Ui, found: list[BusinessOut], business_id: UUID | None) -> str:
    """The same in words; empty for what is one's own."""
    name = businesses.name_of(found, business_id)
    return ui.say("For {business}", business=ui.words.verbatim(name)) if name else ""
