"""Saying that one can't pay; plans side by side; the review of one; how it goes."""

import flet as ft

from app.components import skeleton
from app.components.layout import column
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import blank, state_view
from app.guard import component
from app.hooks import use_kept, use_news, use_observed, use_query, use_store, use_ui
from app.routes import Chat, Hardship, Loan
from app.screens.hardship.asking import asking, send_button
from app.screens.hardship.plans import plans, review
from app.screens.hardship.promising import Promising
from app.screens.hardship.standing import ended, promised, standing
from app.stores import reads, support
from app.stores.hardship import LIVING, HardshipFlow
from app.stores.home import OWED
from app.stores.joined import Joined
from app.stores.state import Offline
from app.ui import Ui
from shared.api.arrears import ArrearsOut, HardshipStatus, PromiseOut, PromiseStatus
from shared.api.servicing import LoanOut


@component
def HardshipScreen(route: Hardship) -> ft.Control:
    """One place for all of it: what shows is where the case stands."""
    ui = use_ui()
    store = use_store()
    arrears = use_news(support.arrears(store, route.loan_id), "arrears.")
    query = Joined(arrears, use_query(reads.loan(store, route.loan_id)))
    flow = use_observed(use_kept(lambda: HardshipFlow(store, route.loan_id)))
    use_observed(flow.action)

    offline = isinstance(query.state, Offline)

    def back() -> None:
        if flow.chosen is not None:
            flow.look_at(None)
        else:
            ui.go(Loan(loan_id=route.loan_id))

    return screen(
        ui,
        state_view(
            ui,
            query,
            lambda found: _content(ui, flow, *found, offline=offline),
            skeleton=skeleton.cards(ui, 84, 84, 84),
        ),
        problem_notice(ui, flow.action.problem),
        title=ui.say("Help with paying"),
        back=back,
        actions=[*(_actions(ui, flow, *query.value, offline=offline) if query.value else []), _person(ui)],
    )


def _content(ui: Ui, flow: HardshipFlow, found: ArrearsOut, loan: LoanOut, *, offline: bool) -> ft.Control:
    case = found.case
    if case is not None and case.status is HardshipStatus.OPEN:
        plan = next((each for each in case.plans if each.id == flow.chosen), None)
        return plans(ui, flow, case) if plan is None else review(ui, plan)
    if case is not None and case.status is HardshipStatus.AGREED:
        return standing(ui, flow, case)
    if loan.status not in OWED:
        return blank(ui, ui.say("Nothing to pay"), "flag", ui.say("This loan is not being paid back at the moment."))
    promise = next(
        (each for each in found.promises if each.status is PromiseStatus.OPEN and each.case_id is None), None
    )
    over = ended(ui, case) if case is not None and flow.kind is None else None
    standing_one = promised(ui, flow, promise) if promise is not None else None
    return column(
        standing_one,
        over,
        *asking(ui, flow, found.past_due.currency),
        _promising(flow, found, loan, promise, offline=offline),
    )


def _promising(
    flow: HardshipFlow, found: ArrearsOut, loan: LoanOut, promise: PromiseOut | None, *, offline: bool
) -> ft.Control | None:
    """A promise is for what is late, and there is one at a time; whoever chose another answer is not asked for it."""
    if promise is not None or flow.kind is not None or not found.past_due or loan.as_of is None:
        return None
    return Promising(found, loan.as_of, offline=offline)


def _actions(ui: Ui, flow: HardshipFlow, found: ArrearsOut, loan: LoanOut, *, offline: bool) -> list[ft.Control]:
    case = found.case
    if case is not None and case.status is HardshipStatus.OPEN:
        plan = next((each for each in case.plans if each.id == flow.chosen), None)
        if plan is None:
            return []

        async def agree() -> None:
            await flow.agree(case, plan)

        label = ui.say("Agree to this plan")
        return [Button(label, agree, disabled=offline, busy=flow.action.busy, identifier="agree")]
    if (case is not None and case.status in LIVING) or loan.status not in OWED or flow.kind is None:
        return []
    return [send_button(ui, flow, found, loan, offline=offline)]


def _person(ui: Ui) -> ft.Control:
    return Button(
        ui.say("Talk to a person"),
        lambda: ui.go(Chat()),
        kind="plain",
        icon_name="chat-circle",
        identifier="to-person",
    )
