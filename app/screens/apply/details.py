"""What a product asks for beyond the figures: a purchase, or the invoice that is financed."""

import flet as ft

from app.components.field import Field
from app.components.layout import column
from app.components.text import muted, title
from app.guard import component
from app.hooks import use_kept, use_observed, use_store, use_ui, use_value
from app.stores.draft import DraftFlow, purchase
from app.stores.invoicing import InvoiceForm
from app.ui import Ui
from shared.api.products import ProductKind


def details(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """What is bought, or who owes what."""
    if flow.product.kind is ProductKind.INVOICE_FINANCING:
        return [
            title(ui, ui.say("Which invoice is it?")),
            muted(ui, ui.say("As it stands on the invoice. You hand in the invoice itself later.")),
            InvoiceFields(flow),
        ]
    return [
        title(ui, ui.say("What are you buying?")),
        muted(ui, ui.say("As it stands on the merchant's order.")),
        PurchaseForm(flow),
    ]


@component
def PurchaseForm(flow: DraftFlow) -> ft.Control:
    """Merchant and order; the amount is the one that is applied for."""
    ui = use_ui()
    known = flow.details.purchase
    merchant, set_merchant = use_value(known.merchant if known else "")
    reference, set_reference = use_value(known.order_reference if known else "")

    def changed(merchant: str, reference: str) -> None:
        set_merchant(merchant)
        set_reference(reference)
        if merchant.strip() and reference.strip():
            flow.choose(details=purchase(merchant.strip(), reference.strip(), flow.amount.amount_minor))

    return column(
        Field(ui.say("Merchant"), merchant, lambda typed: changed(typed, reference)),
        Field(ui.say("Order number"), reference, lambda typed: changed(merchant, typed), latin=True),
    )


@component
def InvoiceFields(flow: DraftFlow) -> ft.Control:
    """Who owes it, how much, until when; what can't be right is said below its field."""
    ui = use_ui()
    store = use_store()
    form = use_observed(use_kept(lambda: InvoiceForm(flow, store)))
    texts = form.fields

    def field(label: str, name: str, *, day: bool = False, latin: bool = True, helper: str = "") -> ft.Control:
        return Field(
            label,
            texts[name],
            lambda typed: form.write(name, typed),
            helper=ui.say("Day, month, year: 17/05/1990") if day else helper,
            error=_wrong(ui, flow, form, name),
            keyboard=ft.KeyboardType.DATETIME if day else ft.KeyboardType.TEXT,
            latin=latin,
        )

    return column(
        field(ui.say("Invoice number"), "number"),
        field(ui.say("Who has to pay it"), "debtor", latin=False),
        field(ui.say("Amount of the invoice"), "amount"),
        field(ui.say("Issued on"), "issued_on", day=True),
        field(ui.say("Due on"), "due_on", day=True),
    )


def _wrong(ui: Ui, flow: DraftFlow, form: InvoiceForm, name: str) -> str:
    """Only of what is typed already."""
    if name not in form.wrong:
        return ""
    return {
        "amount": ui.say("No more is lent than the invoice is worth: at least {amount}", amount=flow.amount),
        "issued_on": ui.say("It is issued by today at the latest"),
        "due_on": ui.say("It is due after today"),
    }.get(name, "")
