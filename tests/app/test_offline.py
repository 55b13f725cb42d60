"""Without a network nothing that moves money or binds can be pressed, and why is said; with it, it can be again."""

import asyncio

import flet as ft
import pytest

from app.stores.query import FRESH_FOR
from shared.api.applications import ApplicationStatus
from tests.builders import app_samples as samples
from tests.builders.app_stage import OFFLINE, Answer, Table, show
from tests.builders.flet_window import Window

LOAN, APPLICATION, AGREEMENT, LINE = samples.LOAN, samples.APPLICATION, samples.AGREEMENT, samples.LINE.id
OFFERED: dict[str, Answer] = {f"GET /v1/applications/{APPLICATION}": samples.application(ApplicationStatus.OFFERED)}
WHY = "Connect to the internet to go on."
# Where it is, what is read last, what can't be pressed, and what the platform answers beyond the usual.
ACTIONS: dict[str, tuple[str, str, str, dict[str, Answer]]] = {
    "pay": (f"/loans/{LOAN}/pay", f"GET /v1/loans/{LOAN}", "set-going", {}),
    "draw": (f"/credit-lines/{LINE}/draw", f"GET /v1/credit-lines/{LINE}", "draw", {}),
    "sign": (f"/agreements/{AGREEMENT}", f"GET /v1/agreements/{AGREEMENT}", "sign", {}),
    "choose": (f"/applications/{APPLICATION}", f"GET /v1/applications/{APPLICATION}/offers", "take-lender-1", OFFERED),
    "hand in": (f"/apply/{APPLICATION}", f"GET /v1/applications/{APPLICATION}", "submit", {}),
    "debit": (f"/loans/{LOAN}/auto-debit", f"GET /v1/loans/{LOAN}", "give-mandate", {"GET /v1/mandates": []}),
}


def is_disabled(window: Window, identifier: str) -> bool:
    button = window.all(ft.Semantics, identifier=identifier)[0].content
    return isinstance(button, ft.TextButton) and bool(button.disabled)


def is_there(window: Window, identifier: str) -> bool:
    return bool(window.all(ft.Semantics, identifier=identifier))


@pytest.mark.parametrize("name", ACTIONS)
async def test_without_a_network_it_waits_and_says_why(name: str) -> None:
    route, place, identifier, answers = ACTIONS[name]
    table = Table(answers)
    window = await show(route, table=table)
    await window.until(lambda: is_there(window, identifier))
    assert WHY not in window.words
    window.page.navigate("/")
    await window.until(lambda: not is_there(window, identifier))
    await asyncio.sleep(FRESH_FOR.total_seconds() + 0.1)
    known, posted = {**Table().answers, **answers}[place], len([each for each in table.asked if each.method == "POST"])

    table.set(place, OFFLINE)
    window.page.navigate(route)

    await window.until(lambda: WHY in window.words)
    assert is_disabled(window, identifier)
    await window.press(identifier)
    sent = [each.url.path for each in table.asked if each.method == "POST"][posted:]
    assert [each for each in sent if "simulations" not in each and "payoff-quotes" not in each] == []

    table.set(place, known)
    await window.until(lambda: WHY not in window.words, within_s=10)
