"""What credit costs, in words and figures."""

from collections.abc import Callable

import flet as ft

from app.components import skeleton
from app.components.layout import card, column, fact, notice
from app.components.press import Button
from app.components.text import amount, muted
from app.design.tokens import CAPTION, FIGURE, LABEL, Space
from app.stores.estimate import Estimate
from app.ui import Ui
from shared.api.servicing import SimulationOut
from shared.terms import Frequency, InterestKind, LoanTerms

_HEIGHT = 220


def cost_view(ui: Ui, estimate: Estimate, terms: LoanTerms, remark: Callable[[SimulationOut], str]) -> ft.Control:
    """What these very terms cost, once that is known; until then its bones, or the way to ask again."""
    cost = estimate.of(terms)
    if cost is not None:
        return cost_card(ui, cost, terms.frequency, remark(cost))
    if not estimate.has_failed(terms):
        return skeleton.cards(ui, _HEIGHT)
    again = Button(
        ui.say("Try again"), lambda: estimate.ask(terms), kind="soft", grow=False, identifier="estimate-again"
    )
    words = ui.say("What it costs could not be worked out just now.")
    return notice(ui, words, tone="warn", icon_name="calculator", then=again)


def cost_card(ui: Ui, cost: SimulationOut, frequency: Frequency, remark: str) -> ft.Control:
    """Instalment, total and yearly rate, and what holds of them."""
    label = per_period(ui, frequency)
    inner = card(
        ui,
        column(muted(ui, label, LABEL), amount(ui, cost.instalment, FIGURE, label=label), gap=Space.XXS),
        column(
            fact(ui, ui.say("You pay back in all"), ui.money(cost.total_repayable)),
            fact(ui, ui.say("Cost of the credit"), ui.money(cost.total_cost)),
            fact(ui, ui.say("Yearly rate with all costs (APR)"), ui.words.percent(cost.apr_pct)),
            gap=0,
        ),
        muted(ui, remark, CAPTION),
    )
    return ft.Semantics(live_region=True, container=True, content=inner)


def per_period(ui: Ui, frequency: Frequency) -> str:
    """What an instalment is called by how often it comes."""
    return {
        Frequency.WEEKLY: ui.say("Each week"),
        Frequency.FORTNIGHTLY: ui.say("Every two weeks"),
        Frequency.MONTHLY: ui.say("Each month"),
    }.get(frequency, ui.say("Each instalment"))


def when_late(ui: Ui, terms: LoanTerms) -> str:
    """What is charged on what is late, and from when."""
    rate = ui.words.percent(terms.penalty_rate_pct)
    if terms.penalty_rate_pct == 0:
        return ui.say("none")
    if not terms.grace_days:
        return ui.say("{rate} a year on what is late", rate=rate)
    return ui.plural(
        "{rate} a year on what is late, after {count} day",
        "{rate} a year on what is late, after {count} days",
        terms.grace_days,
        rate=rate,
    )


def when_early(ui: Ui, terms: LoanTerms) -> str:
    """What paying early brings: less interest where it runs on what is still owed, and never a charge."""
    runs_on = terms.annual_rate_pct > 0 and terms.interest is InterestKind.DECLINING
    return ui.say("any time, for less interest") if runs_on else ui.say("any time, without a charge")


def interest_in_words(ui: Ui, terms: LoanTerms) -> str:
    """What interest is charged, and on what."""
    if terms.annual_rate_pct == 0:
        return ui.say("No interest is charged.")
    rate = ui.words.percent(terms.annual_rate_pct)
    if terms.interest is InterestKind.FLAT:
        return ui.say("{rate} a year on the full amount of the loan, for the whole term.", rate=rate)
    return ui.say("{rate} a year on the principal that you still owe.", rate=rate)
