"""A business's page: how far its check is, who acts for it, who is invited."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, column, fact, list_card, notice, row
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import columns, screen
from app.components.state_view import blank, state_view
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Size, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui
from app.routes import Apply, Business, Businesses, Invite, Kyb
from app.screens.businesses.members import invited, member
from app.screens.kyc.case import WAITING, share_words, state_chip
from app.stores import businesses
from app.stores.businesses import Standing
from app.ui import Ui
from shared.api.members import InvitationStatus
from shared.api.onboarding import CaseState


@component
def BusinessScreen(route: Business) -> ft.Control:
    """Its check, its people and its invitations, each read by itself."""
    ui = use_ui()
    store = use_store()
    query = businesses.standing(store, route.business_id)
    case = query.value.case if query.value is not None else None
    use_query(query, every_s=2 if case is not None and case.state in WAITING else None)
    people = use_query(businesses.members(store, route.business_id))
    invitations = use_query(businesses.invitations_into(store, route.business_id))
    action = use_action()

    def ready(found: Standing) -> ft.Control:
        open_ones = [each for each in invitations.value or [] if each.status is InvitationStatus.OPEN]
        names = state_view(
            ui,
            people,
            lambda members: list_card(ui, [member(ui, found, each, members, action) for each in members]),
            skeleton=skeleton.rows(ui, 2),
            empty=lambda: blank(ui, ui.say("Nobody acts for it"), "users"),
        )
        waiting = list_card(ui, [invited(ui, found, each, action) for each in open_ones]) if open_ones else None
        end = column(
            column(heading(ui, ui.say("People"), 2, STRONG), names, gap=Space.S),
            column(heading(ui, ui.say("Open invitations"), 2, STRONG), waiting, gap=Space.S) if waiting else None,
            problem_notice(ui, action.problem),
            _invite(ui, found),
        )
        return columns(ui, column(_check(ui, found), _facts(ui, found)), end)

    return screen(
        ui,
        state_view(ui, query, ready, skeleton=skeleton.cards(ui, 150, 180)),
        title=ui.words.verbatim(query.value.business.name) if query.value is not None else ui.say("Business"),
        back=lambda: ui.go(Businesses()),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _check(ui: Ui, found: Standing) -> ft.Control:
    """How far it is, and the one next step."""
    case, place = found.case, Kyb(business_id=found.business.id)
    head = row(
        badge(ui, "shield-check", tone="good" if found.is_verified else "soft", size=52),
        ft.Container(
            content=column(
                heading(ui, ui.say("Check of the business"), 2, STRONG), row(state_chip(ui, case), gap=0), gap=Space.XS
            ),
            expand=True,
        ),
        gap=Space.L,
    )
    if found.is_verified:
        apply = Button(
            ui.say("Apply for credit"),
            lambda: ui.go(Apply(business_id=found.business.id)),
            identifier="apply-for-business",
        )
        look = Button(ui.say("See the check"), lambda: ui.go(place), kind="plain", identifier="to-kyb")
        return card(ui, head, apply if found.may_apply else None, look)
    if case is None or not found.is_mine:
        words = ui.say("An owner of the business does this. Then it can borrow.")
        return card(ui, head, muted(ui, words, SMALL), _look(ui, place) if case is not None else None)
    label = {
        CaseState.DRAFT: ui.say("Begin"),
        CaseState.COLLECTING: ui.say("Go on"),
        CaseState.NEEDS_ACTION: ui.say("See what is needed"),
        CaseState.EXPIRED: ui.say("Check again"),
    }.get(case.state)
    words = ui.say("Registration, directors, owners and address. Then the business can borrow.")
    done = muted(ui, share_words(ui, case), SMALL) if case.state is CaseState.NEEDS_ACTION else None
    go = Button(label, lambda: ui.go(place), identifier="to-kyb") if label else _look(ui, place)
    return card(ui, head, muted(ui, words, SMALL), done, go)


def _look(ui: Ui, place: Kyb) -> ft.Control:
    return Button(ui.say("See the check"), lambda: ui.go(place), kind="soft", identifier="to-kyb")


def _facts(ui: Ui, found: Standing) -> ft.Control:
    business = found.business
    number = ui.words.verbatim(business.registration_number) if business.registration_number else ui.say("None given")
    return card(
        ui,
        fact(ui, ui.say("Registered in"), ui.words.territory(business.country)),
        fact(ui, ui.say("Registration number"), number),
        fact(ui, ui.say("Here since"), ui.date(business.registered_at.date())),
        gap=Space.XXS,
    )


def _invite(ui: Ui, found: Standing) -> ft.Control:
    if not found.is_mine:
        return notice(ui, ui.say("Only an owner can invite others."), icon_name="lock-key")
    return Button(
        ui.say("Invite somebody"),
        partial(ui.go, Invite(business_id=found.business.id)),
        kind="soft",
        icon_name="user-plus",
        identifier="invite",
    )
