"""Asking somebody to act for a business: whom, and as what."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.field import Field, choice
from app.components.layout import column, notice
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import heading, muted, title
from app.design.tokens import STRONG, Space
from app.guard import component
from app.hooks import use_action, use_query, use_store, use_ui, use_value
from app.routes import Business, Invite
from app.screens.businesses.words import ROLES, role_name, role_words
from app.stores import businesses
from app.stores.businesses import Standing
from shared.api.members import InvitationIn
from shared.roles import Role


@component
def InviteScreen(route: Invite) -> ft.Control:
    """For owners; whoever holds the phone or address may accept."""
    ui = use_ui()
    query = use_query(businesses.standing(use_store(), route.business_id))
    return screen(
        ui,
        state_view(ui, query, Form, skeleton=skeleton.cards(ui, 60, 200)),
        back=lambda: ui.go(Business(business_id=route.business_id)),
    )


@component
def Form(found: Standing) -> ft.Control:
    """One contact, one role."""
    ui = use_ui()
    store = use_store()
    action = use_action()
    contact, set_contact = use_value("")
    role, set_role = use_value(Role.FINANCE_APPROVER)
    business_id = found.business.id
    if not found.is_mine:
        return notice(ui, ui.say("Only an owner can invite others."), icon_name="lock-key")

    def changed(typed: str) -> None:
        action.clear()
        set_contact(typed)

    async def send() -> None:
        to = contact.strip()
        body = InvitationIn(role=role, email=to) if "@" in to else InvitationIn(role=role, phone=to)
        sent = await action.run(
            lambda: store.client.identity.invite(business_id, body, idempotency_key=action.key(body))
        )
        if sent is not None:
            await store.refresh(businesses.invited_key(business_id))
            ui.go(Business(business_id=business_id))

    rows = [
        choice(
            ui,
            role_name(ui, each),
            partial(set_role, each),
            chosen=each is role,
            subtitle=role_words(ui, each),
            identifier=f"role-{each.value}",
        )
        for each in ROLES
    ]
    return column(
        title(ui, ui.say("Invite somebody")),
        muted(
            ui, ui.say("They get a message, sign in with this phone or address, and accept. It stays open for 14 days.")
        ),
        Field(ui.say("Phone or e-mail"), contact, changed, latin=True),
        heading(ui, ui.say("As what?"), 2, STRONG),
        column(*rows, gap=Space.S),
        problem_notice(ui, action.problem),
        Button(
            ui.say("Invite"),
            send,
            disabled=len(contact.strip()) < 5,
            busy=action.busy,
            identifier="send-invitation",
        ),
    )
