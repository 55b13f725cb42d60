"""The wait: what to do, and the news as soon as the money is there."""

import asyncio

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, column, notice, row
from app.components.press import Button, icon_button
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.components.text import amount, heading, muted, text
from app.design.tokens import CAPTION, FIGURE, LABEL, SMALL, STRONG, TITLE_2, Space
from app.guard import component
from app.hooks import use_query, use_store, use_task, use_ui
from app.routes import Loan
from app.stores import reads
from app.stores.paying import PayFlow, Pending, Way
from app.ui import Ui
from shared.api.payments import VirtualAccountOut
from shared.client.errors import ClientError

_EVERY_S = 2


@component
def Waiting(flow: PayFlow, pending: Pending) -> ft.Control:
    """Looks every two seconds. It can be left and taken up again, on this device, after a restart too."""
    ui = use_ui()

    async def watch() -> None:
        while flow.pending is not None:
            try:
                await flow.look()
            except ClientError:
                await asyncio.sleep(_EVERY_S)  # the next look may work
            await asyncio.sleep(_EVERY_S)

    use_task(watch, [])
    label = ui.say("We wait for")
    figure = column(muted(ui, label, LABEL), amount(ui, pending.amount, FIGURE, label=label), gap=Space.XXS)
    ring = ft.ProgressRing(
        width=34, height=34, stroke_width=4, color=ui.palette.fill, semantics_label=ui.say("Waiting")
    )
    head = card(ui, row(ft.Container(content=figure, expand=True), ring))
    leave = Button(ui.say("I did not pay"), flow.give_up, kind="plain", identifier="give-up")
    return screen(
        ui,
        head,
        _how(ui, flow, pending),
        notice(
            ui,
            ui.say("You may close the app. A payment can take up to a day, and is booked on the day it arrives."),
            icon_name="clock",
        ),
        title=ui.say("Payment under way"),
        back=lambda: ui.go(Loan(loan_id=flow.loan_id)),
        actions=[leave],
    )


def _how(ui: Ui, flow: PayFlow, pending: Pending) -> ft.Control:
    if pending.way is Way.TRANSFER:
        return Account(flow)
    if pending.way is Way.LINK and pending.link_url:
        url = pending.link_url

        async def copy() -> None:
            await ui.store.platform.copy(url)
            await ui.store.toast.show(ui.say("Copied"))

        open_it = Button(
            ui.say("Open the payment page"),
            lambda: ui.store.platform.open_link(url),
            icon_name="link-simple",
            identifier="open-link",
        )
        copy_it = Button(ui.say("Copy the link"), copy, kind="soft", icon_name="copy")
        return card(
            ui,
            muted(ui, ui.say("Pay on the page of our partner, then come back."), SMALL),
            open_it,
            copy_it,
            text(ui, url, CAPTION),
        )
    return card(
        ui, row(badge(ui, "repeat"), muted(ui, ui.say("Your bank is being asked. This takes a moment."), expand=True))
    )


@component
def Account(flow: PayFlow) -> ft.Control:
    """The account number that belongs to this loan."""
    ui = use_ui()
    query = use_query(reads.virtual_account(use_store(), flow.loan_id))

    def none() -> ft.Control:
        return blank(ui, ui.say("The account is being opened"), "bank", ui.say("Look again in a minute."))

    return state_view(ui, query, lambda found: _account(ui, found), skeleton=skeleton.cards(ui, 190), empty=none)


def _account(ui: Ui, found: VirtualAccountOut) -> ft.Control:
    async def copy() -> None:
        await ui.store.platform.copy(found.account_number)
        await ui.store.toast.show(ui.say("Copied"))

    number = row(
        ft.Container(content=text(ui, found.account_number, TITLE_2), expand=True),
        icon_button(
            ui, "copy", ui.say("Copy the account number"), copy, ground=ui.palette.soft, identifier="copy-account"
        ),
    )
    return card(
        ui,
        heading(ui, ui.say("Send it to"), 2, STRONG),
        ft.Semantics(identifier="account-number", container=True, content=number),
        column(
            text(ui, found.bank_name, STRONG),
            muted(ui, ui.words.verbatim(found.holder_name), SMALL),
            gap=Space.XXS,
        ),
        muted(ui, ui.say("The number is this loan's alone: no reference is needed."), SMALL),
    )
