"""Beginning an application: for oneself, or for which of the businesses; and what a business still lacks."""

from functools import partial
from uuid import UUID

import flet as ft

from app.components.layout import badge, card, column, row
from app.components.press import Button
from app.components.sheet import Options, use_sheet
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_store, use_ui, use_value
from app.routes import Draft, Kyb, Kyc, NewBusiness
from app.stores import reads
from app.stores.action import Action
from app.stores.businesses import Standing
from app.ui import Ui
from shared.api.applications import ApplicationIn
from shared.api.products import BorrowerKind, ProductOut

MYSELF = ""


def borrowers(product: ProductOut, found: list[Standing], only: UUID | None) -> list[Standing | None]:
    """Who may apply for a product here: oneself (None), and each verified business of those that one may bind."""
    ready = [each for each in found if each.is_verified and each.may_apply and only in {None, each.business.id}]
    people: list[Standing | None] = [None] if BorrowerKind.PERSON in product.borrowers and only is None else []
    return people + (list(ready) if BorrowerKind.BUSINESS in product.borrowers else [])


@component
def Begin(product: ProductOut, choices: list[Standing | None], action: Action) -> ft.Control:
    """Opens an application; asks for whom where that is not clear."""
    ui = use_ui()
    store = use_store()
    is_open, set_open = use_value(False)

    async def begin(business: str) -> None:
        set_open(False)
        body = ApplicationIn(
            product_id=product.id, channel=reads.channel_of(store), business_id=UUID(business) if business else None
        )
        key = action.key(body)
        opened = await action.run(lambda: store.client.applications.open(body, idempotency_key=key))
        if opened is not None:
            reads.application(store, opened.id).put(opened)
            await store.refresh(reads.APPLICATIONS)
            ui.go(Draft(application_id=opened.id))
        elif action.problem is not None and action.problem.code == "kyc_not_passed":
            ui.go(Kyc())

    async def press() -> None:
        if len(choices) == 1:
            await begin(_value(choices[0]))
        else:
            set_open(True)

    options = [(_value(each), _name(ui, each)) for each in choices]
    use_sheet(
        ui,
        is_open=is_open,
        draw=lambda: Options(ui.say("For whom?"), options, "-", begin, lambda: set_open(False)),
        on_close=lambda: set_open(False),
    )
    identifier = f"apply-{product.kind.value}"
    return Button(ui.say("Apply"), press, kind="soft", busy=action.busy, identifier=identifier)


def _value(each: Standing | None) -> str:
    return str(each.business.id) if each is not None else MYSELF


def _name(ui: Ui, each: Standing | None) -> str:
    return ui.words.verbatim(each.business.name) if each is not None else ui.say("For myself")


def lacking(ui: Ui, found: list[Standing], only: UUID | None) -> ft.Control:
    """What stands between the borrower and the products for businesses, with the way to mend it."""
    mine = [each for each in found if only in {None, each.business.id}]
    owned = next((each for each in mine if each.is_mine and not each.is_verified), None)
    if owned is not None:
        said = ui.say("{business} is not verified yet", business=ui.words.verbatim(owned.business.name))
        words = ui.say("Once its check has passed you can apply in its name.")
        place, label = Kyb(business_id=owned.business.id), ui.say("Go on with the check")
        return _card(ui, said, words, Button(label, partial(ui.go, place), kind="soft", identifier="finish-kyb"))
    if mine:
        words = ui.say("Ask an owner: the business has to be verified, and you need a role that may apply.")
        return _card(ui, ui.say("You can't apply for it yet"), words, None)
    register = Button(
        ui.say("Register a business"), partial(ui.go, NewBusiness()), kind="soft", identifier="register-first"
    )
    return _card(
        ui,
        ui.say("Do you run a business?"),
        ui.say("Register it and have it checked; then it can borrow."),
        register,
    )


def _card(ui: Ui, said: str, words: str, then: ft.Control | None) -> ft.Control:
    told = column(heading(ui, said, 2, STRONG), muted(ui, words, SMALL), gap=Space.XXS)
    return card(ui, row(badge(ui, "storefront"), ft.Container(content=told, expand=True), gap=Space.M + 2), then)
