"""The offers: cards on phones, a table on wide windows, the same rows in the same order for every lender."""

from functools import partial
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.cost import per_period
from app.components.countdown import TimeLeft
from app.components.layout import badge, card, chip, column, fact, hairline, notice, row
from app.components.offline import looked_for, offline_reason
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.state_view import blank, state_view
from app.components.text import amount, heading, muted, title
from app.design.tokens import FIGURE, LABEL, SMALL, STRONG, TITLE_3, Space
from app.guard import component
from app.hooks import use_action, use_news, use_store, use_ui
from app.screens.application.bars import cost_bars
from app.screens.application.rows import example, offer_rows
from app.screens.application.table import table
from app.stores import reads
from app.stores.action import Action
from app.ui import Ui
from shared.api.offers import OfferOut, OffersOut, OfferStatus, RoundStatus


@component
def OffersPart(application_id: UUID) -> ft.Control:
    """Reads again while lenders are being asked."""
    ui = use_ui()
    query = reads.offers(use_store(), application_id)
    asking = query.value is None or query.value.status is RoundStatus.ASKING
    use_news(query, *reads.APPLYING_NEWS, every_s=looked_for(query) or (1.5 if asking else 30))
    action = use_action()
    offline = offline_reason(ui, query)
    return column(
        state_view(
            ui, query, lambda found: _offers(ui, found, action, offline), skeleton=skeleton.cards(ui, 60, 260, 260)
        ),
        problem_notice(ui, action.problem),
    )


def _offers(ui: Ui, found: OffersOut, action: Action, offline: str) -> ft.Control:
    open_ones = [offer for offer in found.offers if offer.status is OfferStatus.OPEN]
    if found.status is RoundStatus.ASKING and not open_ones:
        return blank(ui, ui.say("Asking the lenders"), "hourglass-medium", ui.say("It takes less than a minute."))
    if not open_ones:
        return _none(ui, found, action, offline)
    count = ui.plural("{count} lender made you an offer", "{count} lenders made you an offer", len(open_ones))
    shown = (
        table(ui, open_ones, partial(take, ui, action), busy=action.busy, reason=offline)
        if ui.wide
        else column(*(_card(ui, offer, action, offline) for offer in open_ones))
    )
    return column(
        title(ui, count),
        TimeLeft(min(each.expires_at for each in open_ones)),
        muted(ui, ui.say("In order of what they cost in all. No lender can buy a place.")),
        cost_bars(ui, open_ones) if len(open_ones) > 1 else None,
        shown,
        _example(ui, open_ones[0]),
        notice(ui, _until(ui, open_ones), icon_name="clock"),
    )


def _until(ui: Ui, offers: list[OfferOut]) -> str:
    return ui.say(
        "Open until {at}. Choosing does not bind you yet: you read and sign first.",
        at=ui.instant(min(each.expires_at for each in offers)),
    )


def _example(ui: Ui, offer: OfferOut) -> ft.Control:
    words = column(
        heading(ui, ui.say("Representative example"), 2, STRONG), muted(ui, example(ui, offer), SMALL), gap=Space.XS
    )
    return card(ui, words)


def _none(ui: Ui, found: OffersOut, action: Action, offline: str) -> ft.Control:
    async def ask() -> None:
        key = action.key(("ask", found.application_id, found.asked_at))
        offers = ui.store.client.offers
        answer = await action.run(lambda: offers.ask_again(found.application_id, idempotency_key=key))
        if answer is not None:
            reads.offers(ui.store, found.application_id).put(answer)

    words = ui.say("Ask the lenders again")
    again = Button(words, ask, kind="soft", grow=False, busy=action.busy, reason=offline)
    return blank(ui, ui.say("No open offers"), "scales", ui.say("No lender has an open offer at the moment."), again)


async def take(ui: Ui, action: Action, offer: OfferOut) -> None:
    """Takes an offer, once."""
    offers = ui.store.client.offers
    answer = await action.run(lambda: offers.accept(offer.id, idempotency_key=action.key(offer.id)))
    if answer is not None:
        await reads.application(ui.store, offer.application_id).refresh()
        await ui.store.refresh(reads.HOME)


def _card(ui: Ui, offer: OfferOut, action: Action, offline: str) -> ft.Control:
    label = per_period(ui, offer.terms.frequency)
    best = chip(ui, ui.say("Lowest total cost"), tone="good", icon_name="seal-check") if offer.is_lowest_cost else None
    head = row(
        badge(ui, "bank", size=40),
        ft.Container(content=heading(ui, ui.words.verbatim(offer.lender_name), 2, TITLE_3), expand=True),
    )
    rows = offer_rows(ui, offer)
    return card(
        ui,
        head,
        row(best, gap=0) if best is not None else None,
        column(muted(ui, label, LABEL), amount(ui, offer.instalment, FIGURE, label=label), gap=Space.XXS),
        hairline(ui),
        column(*(fact(ui, name, value, strong=strong) for name, value, strong in rows), gap=0),
        Button(
            ui.say("Choose {lender}", lender=ui.words.verbatim(offer.lender_name)),
            partial(take, ui, action, offer),
            kind="main" if offer.is_lowest_cost else "soft",
            busy=action.busy,
            identifier=f"take-{offer.lender}",
            reason=offline,
        ),
    )
