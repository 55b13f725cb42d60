"""The plans beside each other in the same rows, and the review of the one that is chosen."""

from functools import partial

import flet as ft

from app.components.layout import badge, bullet, card, chip, column, fact, hairline, notice, row
from app.components.press import Button
from app.components.sheet import Asking
from app.components.text import amount, heading, muted, title
from app.design.tokens import FIGURE, LABEL, SMALL, STRONG, Space
from app.stores.hardship import HardshipFlow
from app.ui import Ui
from shared.api.arrears import HardshipKind, HardshipOut, PlanOut

_BESIDE = 2  # plans in a row of a wide window


def plans(ui: Ui, flow: HardshipFlow, case: HardshipOut) -> ft.Control:
    """What there is to choose from, the cheapest marked; or that one of us looks at it."""
    found = case.plans
    person = _person_looks(ui, case) if case.needs_person or not found else None
    withdraw = Asking(
        ui.say("I don't need help any more"),
        ui.say("End this request?"),
        ui.say("The reminders begin again. You can ask for help again at any time."),
        ui.say("End it"),
        partial(flow.withdraw, case),
    )
    if not found:
        return column(person, withdraw)
    least = min(each.total_to_pay.amount_minor for each in found)
    cards = [_plan(ui, flow, each, cheapest=each.total_to_pay.amount_minor == least) for each in found]
    return column(
        column(
            title(ui, ui.say("What is possible")),
            muted(ui, ui.say("Each plan with everything that you would still pay until the loan is paid back.")),
            gap=Space.S,
        ),
        person,
        *_side_by_side(ui, cards),
        withdraw,
    )


def _side_by_side(ui: Ui, cards: list[ft.Control]) -> list[ft.Control]:
    if not ui.wide:
        return cards
    rows = [cards[at : at + _BESIDE] for at in range(0, len(cards), _BESIDE)]
    return [
        row(*(ft.Container(content=each, expand=True) for each in pair), gap=Space.L, top=True)
        if len(pair) == _BESIDE
        else row(ft.Container(content=pair[0], expand=True), ft.Container(expand=True), gap=Space.L, top=True)
        for pair in rows
    ]


def plan_name(ui: Ui, plan: PlanOut) -> str:
    """What the borrower would do."""
    if plan.kind is HardshipKind.SHORT_DELAY or len(plan.payments) == 1:
        return ui.say("Pay on {day}", day=ui.date(plan.payments[0].on))
    return ui.plural("{count} payment", "{count} payments", len(plan.payments))


def _plan(ui: Ui, flow: HardshipFlow, plan: PlanOut, *, cheapest: bool) -> ft.Control:
    marks = row(
        chip(ui, ui.say("Lowest total cost"), tone="good", icon_name="check") if cheapest else None,
        chip(ui, ui.say("From our team"), tone="soft", icon_name="user") if plan.by_staff else None,
        wrap=True,
        gap=Space.S,
    )
    choose = Button(
        ui.say("Look at this plan"), partial(flow.look_at, plan), kind="soft", identifier=f"plan-{plan.payments[-1].on}"
    )
    return card(
        ui,
        marks if marks.controls else None,
        heading(ui, plan_name(ui, plan), 2, STRONG),
        column(*_facts(ui, plan), gap=0),
        choose,
    )


def _facts(ui: Ui, plan: PlanOut) -> list[ft.Control]:
    first = plan.payments[0]
    many = len(plan.payments) > 1
    return [
        fact(ui, ui.say("Each time") if many else ui.say("You pay"), first.amount),
        fact(ui, ui.say("First payment"), ui.date(first.on)),
        *([fact(ui, ui.say("Last payment"), ui.date(plan.payments[-1].on))] if many else []),
        fact(ui, ui.say("More than paying today"), _extra(ui, plan)),
        fact(ui, ui.say("Reported as late"), ui.say("Yes") if plan.reported_late else ui.say("No")),
        fact(ui, ui.say("Total still to pay"), plan.total_to_pay, strong=True),
    ]


def _extra(ui: Ui, plan: PlanOut) -> str:
    return ui.money(plan.extra_cost) if plan.extra_cost else ui.say("Nothing")


def review(ui: Ui, plan: PlanOut) -> ft.Control:
    """Everything about a plan before it is agreed."""
    label = ui.say("Total still to pay")
    figure = column(muted(ui, label, LABEL), amount(ui, plan.total_to_pay, FIGURE, label=label), gap=Space.XXS)
    dates = [fact(ui, ui.date(each.on), each.amount) for each in plan.payments]
    late = (
        ui.say("The days that you are late go on being counted, and reach your credit file.")
        if plan.reported_late
        else ui.say("You are not reported as late while you keep to it.")
    )
    points = column(
        bullet(ui, ui.say("No reminders while you keep to the plan."), "bell"),
        bullet(ui, late, "file-text", tone="warn" if plan.reported_late else "good"),
        bullet(ui, ui.say("You may pay earlier or more at any time."), "check-circle"),
        gap=Space.S,
    )
    return column(
        title(ui, ui.say("Check the plan")),
        card(
            ui,
            figure,
            hairline(ui),
            heading(ui, ui.say("What you promise"), 2, STRONG),
            column(*dates, gap=0),
            hairline(ui),
            fact(ui, ui.say("Paid by the plan"), plan.covers),
            fact(ui, ui.say("More than paying today"), _extra(ui, plan)),
        ),
        points,
    )


def _person_looks(ui: Ui, case: HardshipOut) -> ft.Control:
    lead = row(
        badge(ui, "users"), ft.Container(content=_person_words(ui, case), expand=True), gap=Space.M + 2, top=True
    )
    until = ui.say("No reminders go out until {day} at least.", day=ui.date(case.review_on))
    return column(card(ui, lead), notice(ui, until, icon_name="bell"))


def _person_words(ui: Ui, case: HardshipOut) -> ft.Control:
    words = (
        ui.say("These plans you can take at once. For more, somebody of our team looks at it and writes to you.")
        if case.plans
        else ui.say("Somebody of our team looks at your case and proposes what fits. You need not do anything now.")
    )
    return column(heading(ui, ui.say("One of us looks at it"), 2, STRONG), muted(ui, words, SMALL), gap=Space.XS)
