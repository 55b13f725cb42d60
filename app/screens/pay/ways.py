"""By which way."""

from functools import partial

import flet as ft

from app.components.field import choice
from app.components.layout import column
from app.components.text import heading
from app.stores import reads
from app.stores.paying import PayFlow
from app.stores.pending import Way
from app.ui import Ui
from shared.api.payments import MandateOut, MandateStatus


def ways(ui: Ui, flow: PayFlow) -> ft.Control:
    """Transfer, link, and the mandate where there is one. None of them costs extra."""
    entries = [
        (Way.TRANSFER, "bank", ui.say("Bank transfer"), ui.say("To the account number of this loan; no fee from us")),
        (Way.LINK, "link-simple", ui.say("Payment link"), ui.say("Card or bank app on the next page; no fee from us")),
    ]
    if mandate_of(ui, flow) is not None:
        entries.append((Way.DEBIT, "repeat", ui.say("Debit my account"), ui.say("By the permission you gave; no fee")))
    rows = [
        choice(
            ui,
            name,
            partial(flow.go_by, way),
            chosen=way is flow.way,
            subtitle=words,
            icon_name=icon_name,
            identifier=f"way-{way.value}",
        )
        for way, icon_name, name, words in entries
    ]
    return column(heading(ui, ui.say("How?"), 2), *rows, gap=10)


def mandate_of(ui: Ui, flow: PayFlow) -> MandateOut | None:
    """The permission to debit that is in force."""
    mandates = reads.mandates(ui.store, flow.loan_id).value or []
    return next((each for each in mandates if each.status is MandateStatus.ACTIVE), None)
