"""The questions."""

from functools import partial

import flet as ft

from app.components.amount import AmountChooser
from app.components.field import choice
from app.components.layout import column
from app.components.text import muted, title
from app.routes import Draft
from app.screens.accounts.chooser import AccountChooser
from app.screens.apply.cost import cost_of
from app.stores.draft import DraftFlow, Step
from app.ui import Ui
from shared.api.applications import Purpose
from shared.money import Money


def turn(ui: Ui, flow: DraftFlow, step: Step) -> None:
    """Goes to a page of the application; it has an address of its own, so that a browser's back finds it again."""
    flow.show(step)
    ui.go(Draft(application_id=flow.application.id, step=step.value))


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
            flow.take_amount,
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
            partial(flow.choose, instalments=count),
            chosen=count == flow.instalments,
            identifier=f"term-{count}",
        )
        for count in counts
    ]
    return [title(ui, ui.say("In how many parts do you pay back?")), column(*rows, gap=8), cost_of(ui, flow)]


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
        Purpose.PAYROLL: ("users", ui.say("Wages")),
        Purpose.EXPANSION: ("trend-up", ui.say("Growing the business")),
        Purpose.BRIDGE_RECEIVABLES: ("invoice", ui.say("Until customers pay")),
        Purpose.PURCHASE: ("shopping-bag", ui.say("A purchase")),
        Purpose.EDUCATION: ("graduation-cap", ui.say("School or training")),
        Purpose.MEDICAL: ("first-aid", ui.say("Health")),
        Purpose.HOUSING: ("house-line", ui.say("Rent or home")),
        Purpose.DEBT_CONSOLIDATION: ("scales", ui.say("Paying off other loans")),
        Purpose.EMERGENCY: ("lightning", ui.say("An emergency")),
        Purpose.OTHER: ("dots-three", ui.say("Something else")),
    }


_OF_BUSINESSES = frozenset({Purpose.PAYROLL, Purpose.EXPANSION, Purpose.BRIDGE_RECEIVABLES})
_OF_PEOPLE = frozenset({Purpose.EDUCATION, Purpose.MEDICAL, Purpose.HOUSING})


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
        if kind not in (_OF_PEOPLE if flow.application.business_id is not None else _OF_BUSINESSES)
    ]
    return [title(ui, ui.say("What is it for?")), column(*rows, gap=8)]


def account(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """Where the money goes."""
    chosen = str(flow.account_id or "")
    business_id = flow.application.business_id
    words = (
        ui.say("An account in your own name. We ask your bank before anything is paid.")
        if business_id is None
        else ui.say("An account in the name of the business. We ask the bank before anything is paid.")
    )
    return [
        title(ui, ui.say("Where should the money go?")),
        muted(ui, words),
        AccountChooser(chosen, lambda found: flow.choose(account_id=found), business_id),
    ]
