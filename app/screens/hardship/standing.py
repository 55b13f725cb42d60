"""A plan that is agreed, its promises one by one; and how a case ended."""

from functools import partial

import flet as ft

from app.components.layout import apart, badge, card, chip, column, fact, notice
from app.components.press import Button
from app.components.sheet import Asking
from app.components.text import heading, muted
from app.components.timeline import Happening, Pace, timeline
from app.design.tokens import SMALL, STRONG, Space
from app.routes import Pay
from app.stores.hardship import HardshipFlow
from app.ui import Ui
from shared.api.arrears import CloseReason, HardshipOut, HardshipStatus, PromiseOut, PromiseStatus


def standing(ui: Ui, flow: HardshipFlow, case: HardshipOut) -> ft.Control:
    """What was promised and what has come in of it."""
    plan = next((each for each in case.plans if each.id == case.agreed_plan_id), None)
    kept = sum(each.status is PromiseStatus.KEPT for each in case.promises)
    head = apart(
        heading(ui, ui.say("Your plan"), 2, STRONG), chip(ui, ui.say("Agreed"), tone="good", icon_name="check")
    )
    done = ui.plural("{done} of {count} payment made", "{done} of {count} payments made", len(case.promises), done=kept)
    pay = Button(ui.say("Pay"), lambda: ui.go(Pay(loan_id=case.loan_id)), identifier="pay")
    total = [fact(ui, ui.say("Total still to pay, as agreed"), plan.total_to_pay)] if plan else []
    end = Asking(
        ui.say("End the plan"),
        ui.say("End the plan?"),
        ui.say("What is due is due at once again, and the reminders begin again."),
        ui.say("End the plan"),
        partial(flow.withdraw, case),
        danger=True,
        identifier="end-plan",
    )
    return column(
        card(ui, head, muted(ui, done, SMALL), timeline(ui, steps(ui, case.promises)), *total, pay, gap=Space.L),
        notice(ui, ui.say("No reminders go out while you keep to the plan."), icon_name="bell"),
        end,
    )


def steps(ui: Ui, promises: list[PromiseOut]) -> list[Happening]:
    """The promises by their days."""
    shown: list[Happening] = []
    is_next = True
    for each in sorted(promises, key=lambda promise: promise.on):
        pace = {
            PromiseStatus.KEPT: Pace.DONE,
            PromiseStatus.BROKEN: Pace.WRONG,
            PromiseStatus.CANCELLED: Pace.WRONG,
        }.get(each.status, Pace.NOW if is_next else Pace.AHEAD)
        is_next = is_next and pace is not Pace.NOW
        note = {
            PromiseStatus.KEPT: ui.say("Paid"),
            PromiseStatus.BROKEN: ui.say("Not paid in time"),
            PromiseStatus.CANCELLED: ui.say("Cancelled"),
        }.get(each.status, ui.say("{paid} of it paid", paid=each.paid) if each.paid else ui.say("Open"))
        day = ui.date(each.on)
        shown.append(Happening(ui.say("{amount} on {day}", amount=each.amount, day=day), note, pace))
    return shown


def promised(ui: Ui, flow: HardshipFlow, promise: PromiseOut) -> ft.Control:
    """A promise outside of any plan, such as one that was made in a chat."""
    said = ui.say("You promised {amount} by {day}", amount=promise.amount, day=ui.date(promise.on))
    paid = ui.say("{paid} of it paid", paid=promise.paid) if promise.paid else ""
    words = ui.say("No reminders go out until then.")
    end = Asking(
        ui.say("Take it back"),
        ui.say("Take the promise back?"),
        ui.say("The reminders begin again. You can ask for more time below."),
        ui.say("Take it back"),
        partial(flow.take_back, promise),
        identifier="take-promise-back",
    )
    pay = Button(ui.say("Pay"), lambda: ui.go(Pay(loan_id=promise.loan_id)), identifier="pay")
    told = column(
        heading(ui, said, 2, STRONG), muted(ui, paid, SMALL) if paid else None, muted(ui, words, SMALL), gap=Space.XS
    )
    return card(ui, apart(told, badge(ui, "calendar-check")), pay, end)


def ended(ui: Ui, case: HardshipOut) -> ft.Control:
    """How the last case ended; below it one may ask again."""
    tone, icon_name, name, words = _ending(ui, case)
    text = column(heading(ui, name, 2, STRONG), muted(ui, words, SMALL), gap=Space.XS)
    return card(
        ui,
        ft.Row(
            [badge(ui, icon_name, tone=tone), ft.Container(content=text, expand=True)],
            spacing=Space.M + 2,
            vertical_alignment=ft.CrossAxisAlignment.START,
        ),
    )


def _ending(ui: Ui, case: HardshipOut) -> tuple[str, str, str, str]:
    if case.status is HardshipStatus.KEPT:
        return "good", "check", ui.say("You kept your plan"), ui.say("Thank you. Everything goes on as agreed.")
    if case.status is HardshipStatus.BROKEN:
        words = ui.say("A payment of the plan did not come in time. Ask again below, or talk to a person.")
        return "warn", "warning", ui.say("The plan is over"), words
    why = {
        CloseReason.WITHDRAWN: ui.say("You ended it."),
        CloseReason.DECLINED: ui.say("We could not offer a plan. Talk to a person about what else there is."),
        CloseReason.LAPSED: ui.say("No plan was chosen in time."),
        CloseReason.LOAN_CLOSED: ui.say("The loan is paid back."),
    }
    reason = why.get(case.close_reason, "") if case.close_reason is not None else ""
    return "sunken", "clock", ui.say("Your last request for help is over"), reason
