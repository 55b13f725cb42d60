"""The invitations to oneself: who invites, as what, and the way in."""

from functools import partial

import flet as ft

from app.components.layout import badge, card, column, row
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_action, use_ui
from app.routes import Business
from app.screens.businesses.words import role_name, role_words
from app.stores import businesses, reads
from app.stores.action import Action
from app.ui import Ui
from shared.api.members import InvitationOut, InvitationStatus


def invitations(found: list[InvitationOut] | None) -> ft.Control | None:
    """A card for each that is open; nothing where there is none."""
    open_ones = [each for each in found or [] if each.status is InvitationStatus.OPEN]
    return Invitations(open_ones) if open_ones else None


@component
def Invitations(found: list[InvitationOut]) -> ft.Control:
    """The cards."""
    ui = use_ui()
    action = use_action()
    return column(*(_invitation(ui, each, action) for each in found), problem_notice(ui, action.problem), gap=Space.M)


def _invitation(ui: Ui, each: InvitationOut, action: Action) -> ft.Control:
    name = ui.words.verbatim(each.business_name)
    words = column(
        heading(ui, ui.say("{business} invites you", business=name), 2, STRONG),
        muted(ui, ui.aloud(role_name(ui, each.role), role_words(ui, each.role)), SMALL),
        muted(ui, ui.say("Open until {on}", on=ui.instant(each.expires_at)), SMALL),
        gap=Space.XXS,
    )
    return card(
        ui,
        row(badge(ui, "handshake"), ft.Container(content=words, expand=True), gap=Space.M + 2, top=True),
        Button(ui.say("Accept"), partial(_accept, ui, each, action), busy=action.busy, identifier=f"accept-{each.id}"),
    )


async def _accept(ui: Ui, each: InvitationOut, action: Action) -> None:
    identity = ui.store.client.identity
    joined = await action.run(lambda: identity.accept_invitation(each.id, idempotency_key=action.key(each.id)))
    if joined is None:
        await ui.store.refresh(businesses.INVITATIONS)
        return
    await ui.store.refresh(businesses.INVITATIONS, businesses.MINE, businesses.STANDINGS, reads.HOME)
    ui.go(Business(business_id=joined.id))
