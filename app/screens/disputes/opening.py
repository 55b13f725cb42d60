"""Saying what is wrong: one question a page, a review, and only then it is sent."""

from dataclasses import replace

import flet as ft

from app.components import skeleton
from app.components.layout import column, progress
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import muted
from app.design.tokens import SMALL, Space
from app.guard import component
from app.hooks import use_kept, use_observed, use_pages, use_query, use_store, use_task, use_ui
from app.routes import Dispute, Disputes, NewDispute
from app.screens.disputes.pages import check, tell, what, why
from app.stores import reads
from app.stores.disputing import DisputeFlow, Page, items_of
from app.stores.joined import Joined
from app.stores.state import Offline
from app.ui import Ui
from shared.api.servicing import LoanOut, ScheduleOut, TransactionOut

_PAGES = tuple(Page)


@component
def NewDisputeScreen(route: NewDispute) -> ft.Control:
    """Goes on where one stopped, or begins with the movement that one came from."""
    ui = use_ui()
    store = use_store()
    loan = use_query(reads.loan(store, route.loan_id))
    schedule = use_query(reads.schedule(store, route.loan_id))
    query = Joined(Joined(loan, schedule), use_query(reads.transactions(store, route.loan_id)))
    flow = use_observed(use_kept(lambda: DisputeFlow(store, route.loan_id)))
    use_observed(flow.action)

    read = query.value

    async def begin() -> None:
        if read is not None:
            (_, plan), moved = read
            await flow.take_up(items_of(moved, plan), route.about)

    use_task(begin, [read is not None])
    use_pages(
        route.step or Page.WHAT,
        flow.page,
        lambda page: ui.go(replace(route, step="" if page == Page.WHAT else page)),
        flow.show,
    )

    def draw(found: tuple[tuple[LoanOut, ScheduleOut], list[TransactionOut]]) -> ft.Control:
        (owed, plan), moved = found
        match flow.page:
            case Page.WHAT:
                return what(ui, flow, moved, plan)
            case Page.WHY:
                return why(ui, flow)
            case Page.TELL:
                return tell(ui, flow)
            case Page.CHECK:
                return check(ui, flow, owed)

    at = _PAGES.index(flow.page) + 1
    step = ui.say("Step {number} of {count}", number=at, count=len(_PAGES))
    shown = ft.Semantics(exclude_semantics=True, content=muted(ui, step, SMALL))
    return screen(
        ui,
        state_view(ui, query, draw, skeleton=skeleton.rows(ui, 4)),
        problem_notice(ui, flow.action.problem),
        title=ui.say("Report a problem"),
        back=lambda: _back(ui, flow),
        progress=column(progress(ui, at / len(_PAGES), label=step), shown, gap=Space.XS),
        actions=_actions(ui, flow, offline=isinstance(query.state, Offline)) if read is not None else [],
    )


async def _back(ui: Ui, flow: DisputeFlow) -> None:
    if flow.opened is not None:
        ui.go(Dispute(dispute_id=flow.opened.id))
    elif not await flow.back():
        ui.go(Disputes(loan_id=flow.loan_id))


def _actions(ui: Ui, flow: DisputeFlow, *, offline: bool) -> list[ft.Control]:
    if flow.page is Page.TELL:
        return [Button(ui.say("Continue"), flow.check, disabled=not flow.may_check, identifier="to-check")]
    if flow.page is not Page.CHECK or flow.item is None:
        return []

    async def send() -> None:
        opened = await flow.send()
        if opened is not None:
            ui.go(Dispute(dispute_id=opened.id))

    if flow.opened is None:
        return [Button(ui.say("Send it"), send, disabled=offline, busy=flow.action.busy, identifier="send-dispute")]
    # It is open; some files have not arrived.
    return [
        Button(
            ui.say("Send the files again"), send, disabled=offline, busy=flow.action.busy, identifier="send-dispute"
        ),
        Button(ui.say("Go on without them"), lambda: _back(ui, flow), kind="plain", identifier="without-files"),
    ]
