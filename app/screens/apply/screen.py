"""Choosing what to apply for; what is there already comes first."""

from functools import partial
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.for_whom import for_business, for_words
from app.components.layout import badge, card, chip, column, fact, list_card, row, tile
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.components.text import heading, muted, title
from app.design.tokens import SMALL, TITLE_3, Size, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import Apply, Business, Draft, Home
from app.screens.apply.begin import Begin, borrowers, lacking
from app.screens.home.lines import drawable, line_rows
from app.screens.home.loans import product_name
from app.stores import businesses, reads
from app.stores.action import Action
from app.stores.businesses import Standing
from app.stores.state import Loading
from app.ui import Ui
from shared.api.applications import ApplicationStatus
from shared.api.products import BorrowerKind, ProductKind, ProductOut
from shared.money import Money

_ICONS = {
    ProductKind.LINE_OF_CREDIT: "coins",
    ProductKind.BNPL: "shopping-bag",
    ProductKind.INVOICE_FINANCING: "invoice",
    ProductKind.WORKING_CAPITAL: "storefront",
}


@component
def ApplyScreen(route: Apply) -> ft.Control:
    """What is on the shelf for oneself, and for the businesses that one acts for."""
    ui = use_ui()
    store = use_store()
    query = use_query(reads.products(store))
    found = use_query(businesses.standings(store))
    known = None if isinstance(found.state, Loading) else found.value or []
    action = use_action()
    return screen(
        ui,
        title(ui, ui.say("What do you need?")),
        for_business(route.business_id),
        AtHand(),
        problem_notice(ui, action.problem),
        state_view(
            ui,
            query,
            lambda products: _shelf(ui, products, known, route.business_id, action),
            skeleton=skeleton.cards(ui, 220, 220),
            empty=lambda: _nothing(ui),
        ),
        back=lambda: ui.go(Business(business_id=route.business_id) if route.business_id is not None else Home()),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _nothing(ui: Ui) -> ft.Control:
    return blank(ui, ui.say("Nothing to apply for here"), "storefront", ui.say("Look again later, or on the web."))


@component
def AtHand() -> ft.Control:
    """Lines to draw on, and drafts to go on with."""
    ui = use_ui()
    store = use_store()
    home = use_query(reads.home(store)).value
    query = use_query(reads.applications(store))
    firms = use_query(businesses.mine(store)).value or []
    drafts = [each for each in query.value or [] if each.status is ApplicationStatus.DRAFT]
    rows = line_rows(ui, drawable(ui, home)) if home is not None else []
    rows += [
        tile(
            ui,
            ui.say("Go on: {product}", product=product_name(ui, each.product_kind)),
            ui.aloud(
                ui.money(each.amount) if each.amount is not None else ui.say("Just begun"),
                for_words(ui, firms, each.business_id),
            ),
            lead=badge(ui, "note-pencil", tone="warn"),
            on_press=partial(ui.go, Draft(application_id=each.id)),
            identifier=f"draft-{each.id}",
        )
        for each in drafts[:3]
    ]
    return list_card(ui, rows) if rows else ft.Container(width=0, height=0)


def _shelf(
    ui: Ui, products: list[ProductOut], known: list[Standing] | None, only: UUID | None, action: Action
) -> ft.Control:
    """First what one can have oneself, then what is for businesses; for one business, what it can have.

    What a business lacks is said once it is `known` which ones there are.
    """
    found = known or []
    own = [each for each in products if BorrowerKind.PERSON in each.borrowers and only is None]
    firms = [each for each in products if BorrowerKind.BUSINESS in each.borrowers and each not in own]
    if not own and not firms:
        return _nothing(ui)
    parts: list[ft.Control | None] = [_cards(ui, own, found, only, action)]
    if firms:
        ready = any(borrowers(each, found, only) for each in firms)
        parts += [
            heading(ui, ui.say("For businesses"), 2, TITLE_3) if own else None,
            None if ready or known is None else lacking(ui, found, only),
            _cards(ui, firms, found, only, action),
        ]
    return column(*parts)


def _cards(
    ui: Ui, products: list[ProductOut], found: list[Standing], only: UUID | None, action: Action
) -> ft.Control | None:
    cards = [_product(ui, each, borrowers(each, found, only), action) for each in products]
    if not cards:
        return None
    if not ui.wide or len(cards) == 1:
        return column(*cards)
    halves = (column(*cards[::2]), column(*cards[1::2]))
    return row(*(ft.Container(content=half, expand=True) for half in halves), gap=Space.L, top=True)


def _product(ui: Ui, product: ProductOut, choices: list[Standing | None], action: Action) -> ft.Control:
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
        Begin(product, choices, action) if choices else None,
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
        ProductKind.INVOICE_FINANCING: (
            ui.say("Invoice financing"),
            ui.say("Money for an invoice today, paid back when your customer pays."),
        ),
        ProductKind.WORKING_CAPITAL: (
            ui.say("Working capital"),
            ui.say("A fixed sum for your business, paid back in equal instalments."),
        ),
    }
    return known.get(product.kind, (product.name, product.description))
