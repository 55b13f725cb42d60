"""The wait: what to do, and the news as soon as the money is there."""

import asyncio
from datetime import datetime

import flet as ft

from app.components import skeleton
from app.components.layout import badge, card, column, notice, row
from app.components.press import Button, icon_button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import blank, state_view
from app.components.text import amount, heading, muted, text
from app.design.tokens import CAPTION, FIGURE, LABEL, SMALL, STRONG, TITLE_2, Space
from app.guard import component
from app.hooks import use_observed, use_query, use_store, use_task, use_ui
from app.routes import Loan, NewDispute
from app.stores import reads
from app.stores.paying import PayFlow
from app.stores.pending import Pending, Way
from app.ui import Ui
from shared.api.payments import VirtualAccountOut
from shared.client.errors import ClientError

_EVERY_S = 2


@component
def Waiting(flow: PayFlow, pending: Pending) -> ft.Control:
    """Looks every two seconds. It can be left and taken up again, on this device, after a restart too."""
    ui = use_ui()
    use_observed(flow)
    action = use_observed(flow.action)

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
    return screen(
        ui,
        head,
        _how(ui, flow, pending),
        problem_notice(ui, action.problem),
        notice(
            ui,
            ui.say("You may close the app. A payment can take up to a day, and is booked on the day it arrives."),
            icon_name="clock",
        ),
        title=ui.say("Payment under way"),
        back=lambda: ui.go(Loan(loan_id=flow.loan_id)),
        actions=_ways_out(ui, flow, pending),
    )


def _ways_out(ui: Ui, flow: PayFlow, pending: Pending) -> list[ft.Control]:
    """Proof of what was paid and did not come; and the end of the wait, which ends no debit."""
    paid = Button(
        ui.say("I have paid"),
        lambda: ui.go(NewDispute(loan_id=flow.loan_id)),
        kind="soft",
        identifier="have-paid",
    )
    if pending.way is not Way.DEBIT:
        return [paid, Button(ui.say("I did not pay"), flow.give_up, kind="plain", identifier="give-up")]
    stop = Asking(
        ui.say("Stop waiting"),
        ui.say("Stop waiting for it?"),
        ui.say("Your bank may still be debited. Don't pay the same again before you know."),
        ui.say("Stop waiting"),
        flow.give_up,
        identifier="give-up",
    )
    return [paid, stop]


def _how(ui: Ui, flow: PayFlow, pending: Pending) -> ft.Control:
    if not pending.is_asked:
        return _unanswered(ui, flow)
    if pending.way is Way.TRANSFER:
        return Account(flow)
    if pending.way is Way.DEBIT:
        return _moment(ui, "repeat", ui.say("Your bank is being asked. This takes a moment."))
    if flow.link is None or flow.link.url is None:
        return _moment(ui, "link-simple", ui.say("The payment page is being made. This takes a moment."))
    return _page(ui, flow.link.url, flow.link.expires_at)


def _moment(ui: Ui, icon_name: str, words: str) -> ft.Control:
    return card(ui, row(badge(ui, icon_name), muted(ui, words, expand=True)))


def _unanswered(ui: Ui, flow: PayFlow) -> ft.Control:
    """Asked for, perhaps: the answer was lost, or the window before it came."""
    if flow.action.busy:
        return _moment(ui, "clock", ui.say("Setting it going. This takes a moment."))
    words = ui.say("We don't know yet whether this was set going. Ask again: it is done once at most.")
    again = Button(ui.say("Ask again"), flow.ask, identifier="ask-again")
    return card(ui, row(badge(ui, "warning", tone="warn"), muted(ui, words, expand=True)), again)


def _page(ui: Ui, url: str, until: datetime) -> ft.Control:
    async def copy() -> None:
        await ui.store.platform.copy(url)
        await ui.store.toast.show(ui.say("Copied"))

    return card(
        ui,
        muted(ui, ui.say("Pay on the page of our partner, then come back."), SMALL),
        Button(
            ui.say("Open the payment page"),
            lambda: ui.store.platform.open_link(url),
            icon_name="link-simple",
            identifier="open-link",
        ),
        Button(ui.say("Copy the link"), copy, kind="soft", icon_name="copy"),
        text(ui, url, CAPTION),
        muted(ui, ui.say("The link works until {at}.", at=ui.instant(until)), SMALL),
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
