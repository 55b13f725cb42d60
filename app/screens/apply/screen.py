"""Choosing what to apply for; what is there already comes first."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, chip, column, fact, list_card, row, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.components.text import heading, muted, title
from app.design.tokens import SMALL, TITLE_3, Size, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import Apply, Draft, Draw, Home, Kyc
from app.screens.home.loans import product_name
from app.stores import reads
from app.stores.action import Action
from app.stores.drawing import can_draw
from app.ui import Ui
from shared.api.applications import ApplicationIn, ApplicationStatus
from shared.api.products import BorrowerKind, ProductKind, ProductOut
from shared.api.servicing import CreditLineOut
from shared.money import Money

_ICONS = {
    ProductKind.LINE_OF_CREDIT: "coins",
    ProductKind.BNPL: "shopping-bag",
    ProductKind.INVOICE_FINANCING: "invoice",
    ProductKind.WORKING_CAPITAL: "storefront",
}


@component
def ApplyScreen(route: Apply) -> ft.Control:
    """What is on the shelf for a person."""
    del route
    ui = use_ui()
    query = use_query(reads.products(use_store()))
    action = use_action()
    return screen(
        ui,
        title(ui, ui.say("What do you need?")),
        AtHand(),
        problem_notice(ui, action.problem),
        state_view(
            ui,
            query,
            lambda found: _shelf(ui, found, action),
            skeleton=skeleton.cards(ui, 220, 220),
            empty=lambda: _nothing(ui),
        ),
        back=lambda: ui.go(Home()),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _nothing(ui: Ui) -> ft.Control:
    return blank(ui, ui.say("Nothing to apply for here"), "storefront", ui.say("Look again later, or on the web."))


@component
def AtHand() -> ft.Control:
    """A line to draw on, and drafts to go on with."""
    ui = use_ui()
    store = use_store()
    home = use_query(reads.home(store)).value
    query = use_query(reads.applications(store))
    drafts = [each for each in query.value or [] if each.status is ApplicationStatus.DRAFT]
    rows = [_draw(ui, home.line)] if home is not None and home.line is not None and can_draw(home.line) else []
    rows += [
        tile(
            ui,
            ui.say("Go on: {product}", product=product_name(ui, each.product_kind)),
            ui.money(each.amount) if each.amount is not None else ui.say("Just begun"),
            lead=badge(ui, "note-pencil", tone="warn"),
            on_press=partial(ui.go, Draft(application_id=each.id)),
            identifier=f"draft-{each.id}",
        )
        for each in drafts[:3]
    ]
    return list_card(ui, rows) if rows else ft.Container(width=0, height=0)


def _draw(ui: Ui, line: CreditLineOut) -> ft.Control:
    return tile(
        ui,
        ui.say("Draw on your line of credit"),
        ui.say("{available} is left, without a new application", available=line.available),
        lead=badge(ui, "coins"),
        on_press=partial(ui.go, Draw(line_id=line.id)),
        identifier="to-draw",
    )


def _shelf(ui: Ui, products: list[ProductOut], action: Action) -> ft.Control:
    mine = [product for product in products if BorrowerKind.PERSON in product.borrowers]
    if not mine:
        return _nothing(ui)
    cards = [_product(ui, product, action) for product in mine]
    if not ui.wide or len(cards) == 1:
        return column(*cards)
    halves = (column(*cards[::2]), column(*cards[1::2]))
    return row(*(ft.Container(content=half, expand=True) for half in halves), gap=Space.L, top=True)


def _product(ui: Ui, product: ProductOut, action: Action) -> ft.Control:
    store = ui.store

    async def begin() -> None:
        body = ApplicationIn(product_id=product.id, channel=reads.channel_of(store))
        key = action.key(product.id)
        opened = await action.run(lambda: store.client.applications.open(body, idempotency_key=key))
        if opened is not None:
            reads.application(store, opened.id).put(opened)
            await store.refresh(reads.APPLICATIONS)
            ui.go(Draft(application_id=opened.id))
        elif action.problem is not None and action.problem.code == "kyc_not_passed":
            ui.go(Kyc())

    most = Money.of(product.max_amount_minor, product.currency)
    least = Money.of(product.min_amount_minor, product.currency)
    name, words = product_words(ui, product)
    free = product.max_rate_pct == 0
    rate = (
        ui.say("no interest") if free else ui.say("at most {rate} a year", rate=ui.words.percent(product.max_rate_pct))
    )
    tag = chip(ui, ui.say("No interest"), tone="good") if free else None
    head = row(
        badge(ui, _ICONS.get(product.kind, "coins")),
        ft.Container(content=heading(ui, name, 2, TITLE_3), expand=True),
        tag,
    )
    return card(
        ui,
        head,
        muted(ui, words, SMALL),
        column(
            fact(ui, ui.say("Amount"), ui.say("{least} to {most}", least=least, most=most)),
            fact(
                ui,
                ui.say("Instalments"),
                ui.say("{least} to {most}", least=product.min_instalments, most=product.max_instalments),
            )
            if product.min_instalments != product.max_instalments
            else fact(ui, ui.say("Instalments"), ui.words.number(product.max_instalments)),
            fact(ui, ui.say("Interest"), rate),
            gap=Space.XXS,
        ),
        Button(ui.say("Apply"), begin, kind="soft", busy=action.busy, identifier=f"apply-{product.kind.value}"),
    )


def product_words(ui: Ui, product: ProductOut) -> tuple[str, str]:
    """Name and description: ours, in the borrower's language, where the product is of a kind we know."""
    known = {
        ProductKind.LINE_OF_CREDIT: (
            ui.say("Line of credit"),
            ui.say("Draw what you need up to your limit; each draw is paid back in equal instalments."),
        ),
        ProductKind.BNPL: (
            ui.say("Pay in parts"),
            ui.say("A purchase in equal parts, the first one today, without interest."),
        ),
    }
    return known.get(product.kind, (product.name, product.description))
