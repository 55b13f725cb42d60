"""The businesses that one acts for, each with its state, and the form for another one."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.field import Field
from app.components.layout import badge, list_card, row, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Select
from app.components.state_view import blank, state_view
from app.components.text import muted, title
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui, use_value
from app.routes import Business, Businesses, Kyb, NewBusiness, Profile
from app.screens.businesses.invitations import invitations
from app.screens.businesses.words import role_name
from app.screens.kyc.case import state_chip
from app.screens.kyc.forms import countries
from app.stores import businesses, reads
from app.stores.businesses import Standing
from app.ui import Ui
from shared.api.members import BusinessIn


@component
def BusinessesScreen(route: Businesses) -> ft.Control:
    """Invitations first, then the list."""
    del route
    ui = use_ui()
    store = use_store()
    query = use_query(businesses.standings(store))
    invited = use_query(businesses.my_invitations(store))
    new = Button(
        ui.say("Register a business"), lambda: ui.go(NewBusiness()), icon_name="plus", identifier="new-business"
    )
    return screen(
        ui,
        invitations(invited.value),
        state_view(
            ui,
            query,
            lambda found: list_card(ui, [_business(ui, each) for each in found]),
            skeleton=skeleton.rows(ui, 2),
            empty=lambda: blank(
                ui,
                ui.say("No business yet"),
                "storefront",
                ui.say("Register yours to borrow in its name, or ask its owner to invite you."),
            ),
        ),
        title=ui.say("Businesses"),
        back=lambda: ui.go(Profile()),
        actions=[new],
    )


def _business(ui: Ui, each: Standing) -> ft.Control:
    roles = [role_name(ui, role) for role in each.business.my_roles]
    return tile(
        ui,
        ui.words.verbatim(each.business.name),
        ui.aloud(*roles),
        lead=badge(ui, "storefront", tone="good" if each.is_verified else "soft"),
        trail=row(state_chip(ui, each.case), gap=0),
        on_press=partial(ui.go, Business(business_id=each.business.id)),
        identifier=f"business-{each.business.id}",
    )


@component
def NewBusinessScreen(route: NewBusiness) -> ft.Control:
    """Three facts; what is given here is not asked for again."""
    del route
    ui = use_ui()
    store = use_store()
    action = use_action()
    tenant = store.session.tenant
    name, set_name = use_value("")
    where, set_where = use_value(tenant.country if tenant is not None else "")
    number, set_number = use_value("")

    async def register() -> None:
        body = BusinessIn(name=name.strip(), country=where, registration_number=number.strip() or None)
        made = await action.run(lambda: store.client.identity.register_business(body, idempotency_key=action.key(body)))
        if made is not None:
            await store.refresh(businesses.MINE, businesses.STANDINGS, reads.HOME)
            ui.go(Kyb(business_id=made.id))

    return screen(
        ui,
        title(ui, ui.say("Register a business")),
        muted(ui, ui.say("You become its owner here. Then we check it, and you can borrow in its name.")),
        Field(ui.say("Name of the business"), name, set_name, autofill=ft.AutofillHint.ORGANIZATION_NAME),
        Select(ui.say("Registered in"), countries(ui), where, set_where, identifier="business-country"),
        Field(
            ui.say("Registration number, if it has one"),
            number,
            set_number,
            helper=ui.say("With its letters: RC 1234567") if where == "NG" else "",
            latin=True,
        ),
        problem_notice(ui, action.problem),
        back=lambda: ui.go(Businesses()),
        actions=[
            Button(
                ui.say("Go on"),
                register,
                disabled=not (name.strip() and where),
                busy=action.busy,
                identifier="register-business",
            )
        ],
    )
