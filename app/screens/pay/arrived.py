"""The receipt."""

import flet as ft

from app.components.layout import badge, card, column, fact, hairline
from app.components.press import Button
from app.components.screen import screen
from app.components.text import amount, heading
from app.design.tokens import FIGURE, TITLE_3
from app.routes import Loan
from app.stores.paying import PayFlow
from app.ui import Ui
from shared.api.servicing import TransactionOut


def receipt(ui: Ui, flow: PayFlow, paid: TransactionOut) -> ft.Control:
    """What was paid, what it paid for, and a copy to share."""
    done = ui.say("Payment received")

    async def share() -> None:
        words = ui.say(
            "{amount} received on {day}. Reference {reference}.",
            amount=paid.amount,
            day=paid.effective_on,
            reference=paid.reference,
        )
        if not await ui.store.platform.share(words):
            await ui.store.toast.show(ui.say("Copied"))

    head = column(
        badge(ui, "check", tone="good", size=64),
        heading(ui, done, 1, TITLE_3),
        amount(ui, paid.amount, FIGURE, label=done),
        center=True,
    )
    told = ft.Semantics(live_region=True, container=True, content=head)
    return screen(
        ui,
        card(ui, told, hairline(ui), *_facts(ui, paid)),
        title=ui.say("Receipt"),
        back=lambda: ui.go(Loan(loan_id=flow.loan_id)),
        actions=[
            Button(ui.say("Done"), lambda: ui.go(Loan(loan_id=flow.loan_id)), identifier="receipt-done"),
            Button(
                ui.say("Share the receipt"), share, kind="plain", icon_name="share-network", identifier="share-receipt"
            ),
        ],
    )


def _facts(ui: Ui, paid: TransactionOut) -> list[ft.Control]:
    facts = [fact(ui, ui.say("Day"), ui.date(paid.effective_on))]
    if paid.parts is not None:
        named = (
            (ui.say("Principal"), paid.parts.principal),
            (ui.say("Interest"), paid.parts.interest),
            (ui.say("Fees"), paid.parts.fee),
            (ui.say("Interest for being late"), paid.parts.penalty),
            (ui.say("Kept as your credit"), paid.parts.credit),
        )
        facts += [fact(ui, name, part) for name, part in named if part]
    if paid.principal_outstanding is not None:
        facts.append(fact(ui, ui.say("Principal left"), paid.principal_outstanding, strong=True))
    return [*facts, fact(ui, ui.say("Reference"), paid.reference)]
