"""Every answer once more before the application is handed in."""

from functools import partial

import flet as ft

from app.components.layout import badge, list_card, notice, tile
from app.components.text import muted, title
from app.screens.apply.cost import cost_of
from app.screens.apply.pages import purposes, turn
from app.screens.apply.screen import product_words
from app.stores import reads
from app.stores.draft import DraftFlow, Step
from app.ui import Ui
from shared.api.products import ProductKind


def check(ui: Ui, flow: DraftFlow) -> list[ft.Control | None]:
    """Each answer leads back to its page."""
    rows = [
        tile(
            ui,
            value or ui.say("Not given yet"),
            name,
            lead=badge(ui, icon_name, tone="soft" if value else "warn"),
            on_press=partial(turn, ui, flow, step),
            identifier=f"change-{step.value}",
            label=ui.say("{name}: {value}. Change it", name=name, value=value or ui.say("Not given yet")),
        )
        for step, icon_name, name, value in _answers(ui, flow)
        if step in flow.steps
    ]
    remark = ui.say("We decide within minutes. Until you sign an agreement, nothing binds you and nothing costs you.")
    return [
        title(ui, ui.say("Check your answers")),
        muted(ui, product_words(ui, flow.product)[0]),
        list_card(ui, rows),
        cost_of(ui, flow),
        notice(ui, remark, icon_name="shield-check"),
    ]


def _answers(ui: Ui, flow: DraftFlow) -> list[tuple[Step, str, str, str]]:
    accounts = reads.accounts(ui.store).value or []
    account = next((each for each in accounts if each.id == flow.account_id), None)
    purpose = purposes(ui).get(flow.purpose) if flow.purpose is not None else None
    bought, billed = flow.details.purchase, flow.details.invoice
    count = len(flow.application.attachments)
    term = ui.plural("{count} instalment", "{count} instalments", flow.instalments)
    given = account.number_masked if account is not None else (ui.say("An account of yours") if flow.account_id else "")
    files = ui.plural("{count} file", "{count} files", count) if count else ""
    return [
        (Step.AMOUNT, "coins", ui.say("Amount"), ui.money(flow.amount)),
        (Step.TERM, "calendar-blank", ui.say("Term"), term),
        (Step.PURPOSE, "tag", ui.say("Purpose"), purpose[1] if purpose else ""),
        (Step.DETAILS, "invoice", ui.say("Invoice"), ui.words.verbatim(f"{billed.number} {billed.debtor}"))
        if flow.product.kind is ProductKind.INVOICE_FINANCING and billed
        else (Step.DETAILS, "shopping-bag", ui.say("Purchase"), ui.words.verbatim(bought.merchant) if bought else ""),
        (Step.ACCOUNT, "bank", ui.say("Paid to"), given),
        (Step.FILES, "file-text", ui.say("Files"), files),
    ]
