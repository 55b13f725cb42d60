"""The questions."""

from functools import partial

import flet as ft

from app.components.amount import AmountChooser
from app.components.field import Field, choice
from app.components.layout import column
from app.components.text import muted, title
from app.guard import component
from app.hooks import use_ui, use_value
from app.screens.accounts.chooser import AccountChooser
from app.screens.apply.cost import cost_of
from app.stores.draft import DraftFlow, purchase
from app.ui import Ui
from shared.api.applications import Purpose
from shared.money import Money


def amount(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """How much."""
    product = flow.product
    return [
        title(ui, ui.say("How much do you need?")),
        AmountChooser(
            ui.say("Amount"),
            flow.amount,
            Money.of(product.min_amount_minor, product.currency),
            Money.of(product.max_amount_minor, product.currency),
            lambda minor: flow.choose(amount_minor=minor),
            on_settled=flow.estimate,
            step_minor=product.amount_step_minor,
        ),
        cost_of(ui, flow),
    ]


def term(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """How long."""
    product = flow.product
    counts = _terms(product.min_instalments, product.max_instalments)
    rows = [
        choice(
            ui,
            ui.plural("{count} instalment", "{count} instalments", count),
            partial(_choose_term, flow, count),
            chosen=count == flow.instalments,
            identifier=f"term-{count}",
        )
        for count in counts
    ]
    return [title(ui, ui.say("In how many parts do you pay back?")), column(*rows, gap=8), cost_of(ui, flow)]


async def _choose_term(flow: DraftFlow, count: int) -> None:
    flow.choose(instalments=count)
    await flow.estimate()


def _terms(least: int, most: int) -> list[int]:
    """At most five choices between the two."""
    usual = [count for count in (1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48, 60) if least < count < most]
    spread = [usual[at * len(usual) // 3] for at in range(3)] if len(usual) > 3 else usual
    return sorted({least, *spread, most})


def purposes(ui: Ui) -> dict[Purpose, tuple[str, str]]:
    """Each purpose with its icon and its name."""
    return {
        Purpose.STOCK: ("package", ui.say("Stock for my business")),
        Purpose.EQUIPMENT: ("wrench", ui.say("Equipment")),
        Purpose.PURCHASE: ("shopping-bag", ui.say("A purchase")),
        Purpose.EDUCATION: ("graduation-cap", ui.say("School or training")),
        Purpose.MEDICAL: ("first-aid", ui.say("Health")),
        Purpose.HOUSING: ("house-line", ui.say("Rent or home")),
        Purpose.DEBT_CONSOLIDATION: ("scales", ui.say("Paying off other loans")),
        Purpose.EMERGENCY: ("lightning", ui.say("An emergency")),
        Purpose.OTHER: ("dots-three", ui.say("Something else")),
    }


def purpose(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """What for."""
    rows = [
        choice(
            ui,
            name,
            partial(flow.choose, purpose=kind),
            chosen=flow.purpose is kind,
            icon_name=icon_name,
            identifier=f"purpose-{kind.value}",
        )
        for kind, (icon_name, name) in purposes(ui).items()
    ]
    return [title(ui, ui.say("What is it for?")), column(*rows, gap=8)]


def details(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """What is bought."""
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


def account(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """Where the money goes."""
    chosen = str(flow.account_id or "")
    return [
        title(ui, ui.say("Where should the money go?")),
        muted(ui, ui.say("An account in your own name. We ask your bank before anything is paid.")),
        AccountChooser(chosen, lambda found: flow.choose(account_id=found)),
    ]
