"""How much and how; then the wait; then the receipt."""

import flet as ft

from app.components import skeleton
from app.components.layout import column
from app.components.offline import looked_for, offline_reason
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import columns, screen
from app.components.state_view import blank, state_view
from app.design.tokens import Size
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_task, use_ui
from app.routes import Loan, Pay
from app.screens.pay.amounts import amounts
from app.screens.pay.arrived import receipt
from app.screens.pay.pending import Waiting
from app.screens.pay.preview import preview_card
from app.screens.pay.review import Debit
from app.screens.pay.ways import mandate_of, ways
from app.stores import reads
from app.stores.home import OWED
from app.stores.joined import Joined
from app.stores.paying import PayFlow
from app.stores.pending import Way
from app.ui import Ui
from shared.api.servicing import LoanOut, ScheduleOut
from shared.money import Money


@component
def PayScreen(route: Pay) -> ft.Control:
    """Takes up a payment that was set going before."""
    ui = use_ui()
    store = use_store()
    loan, schedule = reads.loan(store, route.loan_id), reads.schedule(store, route.loan_id)
    query = Joined(loan, schedule)
    use_query(loan, every_s=looked_for(query))
    use_query(schedule, every_s=looked_for(query))
    use_query(reads.mandates(store, route.loan_id))
    use_query(reads.accounts(store))
    flow = use_observed(use_kept(lambda: PayFlow(store, route.loan_id, route.choice)))
    use_observed(flow.action)
    use_task(flow.begin, [])
    if flow.receipt is not None:
        return receipt(ui, flow, flow.receipt)
    if flow.pending is not None:
        return Waiting(flow, flow.pending)
    return screen(
        ui,
        state_view(ui, query, lambda found: _form(ui, flow, *found), skeleton=skeleton.cards(ui, 200, 160)),
        problem_notice(ui, flow.action.problem),
        title=ui.say("Pay"),
        back=lambda: ui.go(Loan(loan_id=route.loan_id)),
        actions=_actions(ui, flow, *query.value, reason=offline_reason(ui, query)) if query.value is not None else [],
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _form(ui: Ui, flow: PayFlow, loan: LoanOut, schedule: ScheduleOut) -> ft.Control:
    if loan.status not in OWED:
        return blank(ui, ui.say("Nothing to pay"), "flag", ui.say("This loan is not being paid back at the moment."))
    if not flow.ready:
        return skeleton.cards(ui, 200, 160)
    chosen = flow.amount(loan, schedule)
    preview = preview_card(ui, flow, schedule, chosen) if chosen is not None and chosen else None
    if ui.wide:
        return columns(ui, amounts(ui, flow, loan, schedule), column(ways(ui, flow), preview))
    return column(amounts(ui, flow, loan, schedule), preview, ways(ui, flow))


def _actions(ui: Ui, flow: PayFlow, loan: LoanOut, schedule: ScheduleOut, *, reason: str) -> list[ft.Control]:
    if loan.status not in OWED or not flow.ready:
        return []
    chosen: Money | None = flow.amount(loan, schedule)
    mandate = mandate_of(ui, flow)
    if flow.way is Way.DEBIT and mandate is not None and chosen:
        return [Debit(flow, loan, chosen, mandate, reason)]

    async def pay() -> None:
        if chosen is not None:
            await flow.set_going(chosen)

    label = ui.say("Pay {amount}", amount=chosen) if chosen is not None and chosen else ui.say("Pay")
    waits = not chosen or flow.way is Way.DEBIT
    return [Button(label, pay, disabled=waits, busy=flow.action.busy, identifier="set-going", reason=reason)]
