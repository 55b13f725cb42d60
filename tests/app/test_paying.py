"""Paying in the app: the amount that one came for, asked about before a debit, done once, and followed to its end."""

import flet as ft

from tests.builders import app_samples as samples
from tests.builders.app_stage import show
from tests.builders.flet_window import Window

LOAN = samples.LOAN
PAY = f"/loans/{LOAN}/pay"


def chosen(window: Window) -> set[str]:
    """The identifiers of what is chosen."""
    return {each.identifier for each in window.all(ft.Semantics) if each.identifier and each.selected}


async def test_paying_it_all_back_leads_to_the_amount_that_closes_the_loan() -> None:
    window = await show(f"/loans/{LOAN}/payoff")
    await window.until(lambda: "You save" in window.words)

    await window.press("pay-off")

    await window.until(lambda: "Your loan is paid back and closed." in window.words)
    assert "pay-payoff" in chosen(window)


async def test_an_amount_that_is_no_choice_is_none() -> None:
    window = await show(f"{PAY}?choice=nonsense")

    await window.until(lambda: "How much?" in window.words)
    assert "pay-due" in chosen(window)
