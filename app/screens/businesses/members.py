"""A member with what they may do, and an invitation that nobody has taken up yet."""

from functools import partial

import flet as ft

from app.components.layout import badge, column, tile
from app.components.sheet import Asking
from app.routes import Businesses
from app.screens.businesses.words import role_name
from app.stores import businesses, reads
from app.stores.action import Action
from app.stores.businesses import Standing
from app.ui import Ui
from shared.api.members import InvitationOut, MemberOut
from shared.roles import Role


def member(ui: Ui, found: Standing, each: MemberOut, everybody: list[MemberOut], action: Action) -> ft.Control:
    """Who it is, and the way to take a role away; from oneself too, unless one is the last owner."""
    me = ui.store.session.me
    is_me = me is not None and each.user_id == me.id
    name = ui.words.verbatim(each.name or "") or ui.say("Somebody")
    since = ui.say("since {on}", on=ui.date(each.joined_at.date()))
    is_last_owner = [one.user_id for one in everybody if Role.BUSINESS_OWNER in one.roles] == [each.user_id]
    shown = tile(
        ui,
        ui.say("{name} (you)", name=name) if is_me else name,
        ui.aloud(*(role_name(ui, role) for role in each.roles), since),
        lead=badge(ui, "user"),
    )
    removable = [
        role for role in each.roles if (is_me or found.is_mine) and not (role is Role.BUSINESS_OWNER and is_last_owner)
    ]
    return column(shown, *(_remove(ui, found, each, role, action, is_me=is_me) for role in removable), gap=0)


def _remove(ui: Ui, found: Standing, each: MemberOut, role: Role, action: Action, *, is_me: bool) -> ft.Control:
    business_id, name = found.business.id, ui.words.verbatim(each.name or "") or ui.say("Somebody")
    several = len(each.roles) > 1

    async def remove() -> None:
        async def work() -> bool:
            await ui.store.client.identity.remove_member(business_id, each.user_id, role)
            return True

        if not await action.run(work):
            return
        if is_me and not several:
            ui.go(Businesses())
        await ui.store.refresh(businesses.members_key(business_id), businesses.MINE, businesses.STANDINGS, reads.HOME)
        if not is_me or several:
            await ui.store.refresh(businesses.standing_key(business_id))

    leaves = is_me and not several
    words = ui.say("In force at once. They can be invited again.")
    if leaves:
        words = ui.say("You no longer act for the business. An owner can invite you again.")
    elif is_me:
        words = ui.say("In force at once. An owner can give it back to you.")
    label = ui.say("Leave the business") if is_me else ui.say("Remove {name}", name=name)
    if several:
        label = ui.say("No longer {role}", role=role_name(ui, role))
    return Asking(
        label,
        ui.say("Leave the business?") if leaves else ui.say("Take the role away?"),
        words,
        ui.say("Leave") if leaves else ui.say("Remove"),
        remove,
        danger=True,
        identifier=f"remove-{role.value}-{each.user_id}",
    )


def invited(ui: Ui, found: Standing, each: InvitationOut, action: Action) -> ft.Control:
    """Whom it was sent to, as what, and the way to take it back."""
    shown = tile(
        ui,
        ui.words.verbatim(each.sent_to),
        ui.aloud(role_name(ui, each.role), ui.say("open until {on}", on=ui.instant(each.expires_at))),
        lead=badge(ui, "paper-plane-tilt"),
    )
    if not found.is_mine:
        return shown
    away = Asking(
        ui.say("Withdraw the invitation"),
        ui.say("Withdraw the invitation?"),
        ui.say("It can't be accepted any more. You can invite them again."),
        ui.say("Withdraw"),
        partial(_withdraw, ui, each, action),
        danger=True,
        identifier=f"withdraw-{each.id}",
    )
    return column(shown, away, gap=0)


async def _withdraw(ui: Ui, each: InvitationOut, action: Action) -> None:
    async def work() -> bool:
        await ui.store.client.identity.withdraw_invitation(each.id)
        return True

    await action.run(work)
    await ui.store.refresh(businesses.invited_key(each.business_id))
