"""The pages of an application."""

import flet as ft

from app.components import skeleton
from app.components.for_whom import for_business
from app.components.layout import column, progress
from app.components.offline import looked_for, offline_reason
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import muted
from app.design.tokens import SMALL, Space
from app.guard import component, keyed
from app.hooks import use_kept, use_observed, use_query, use_store, use_task, use_ui
from app.routes import Application, Apply, Draft, Kyb, Kyc
from app.screens.application import ApplicationScreen
from app.screens.apply.check import check
from app.screens.apply.details import details
from app.screens.apply.files import files
from app.screens.apply.pages import account, amount, purpose, term, turn
from app.stores import reads
from app.stores.draft import DraftFlow, Step
from app.ui import Ui
from shared.api.applications import ApplicationOut, ApplicationStatus
from shared.api.products import ProductOut

_EDITABLE = frozenset({ApplicationStatus.DRAFT, ApplicationStatus.MORE_INFO})
_PAGES = {
    Step.AMOUNT: amount,
    Step.TERM: term,
    Step.PURPOSE: purpose,
    Step.DETAILS: details,
    Step.ACCOUNT: account,
    Step.FILES: files,
    Step.CHECK: check,
}


@component
def DraftScreen(route: Draft) -> ft.Control:
    """The application and its product, then a page of it; one that is handed in shows as what it is now."""
    ui = use_ui()
    store = use_store()
    query = reads.application(store, route.application_id)
    use_query(query, every_s=looked_for(query))
    waiting = skeleton.cards(ui, 60, 260, 120)
    if query.value is None:
        return screen(ui, state_view(ui, query, lambda _: waiting, skeleton=waiting), back=lambda: ui.go(Apply()))
    if query.value.status not in _EDITABLE:
        return ApplicationScreen(Application(application_id=route.application_id))
    return OfProduct(query.value, route.step, offline_reason(ui, query))


@component
def OfProduct(application: ApplicationOut, step: str, offline: str) -> ft.Control:
    """Waits for the product's terms."""
    ui = use_ui()
    query = use_query(reads.product(use_store(), application.product_id))
    waiting = skeleton.cards(ui, 60, 260, 120)
    if query.value is None:
        return screen(ui, state_view(ui, query, lambda _: waiting, skeleton=waiting), back=lambda: ui.go(Apply()))
    return keyed(f"{application.id}", Pages, application, query.value, step, offline)


@component
def Pages(application: ApplicationOut, product: ProductOut, step: str, offline: str) -> ft.Control:
    """One page at a time, with how far it is; `step` names it as the address does."""
    ui = use_ui()
    store = use_store()
    flow = use_observed(use_kept(lambda: DraftFlow(store, application, product)))
    action = use_observed(flow.action)
    use_observed(flow.estimate)
    use_task(lambda: flow.estimate.ask(flow.terms), [flow.amount.amount_minor, flow.instalments, product.id])

    async def turn_to_address() -> None:
        flow.turn_to(step)

    use_task(turn_to_address, [step])

    def back() -> None:
        before = flow.step_before
        if before is not None:
            turn(ui, flow, before)
        else:
            ui.go(Apply())

    words = ui.say("Question {number} of {count}", number=flow.number, count=len(flow.steps))
    share = flow.number / len(flow.steps)
    shown = ft.Semantics(exclude_semantics=True, content=muted(ui, words, SMALL))
    far = column(progress(ui, share, label=words), shown, gap=Space.XS)
    return screen(
        ui,
        for_business(application.business_id),
        *_PAGES[flow.step](ui, flow),
        problem_notice(ui, action.problem),
        back=back,
        progress=far,
        actions=_actions(ui, flow, offline),
    )


def _actions(ui: Ui, flow: DraftFlow, offline: str) -> list[ft.Control]:
    busy = flow.action.busy

    async def go_on() -> None:
        following = await flow.go_on()
        if following is not None:
            turn(ui, flow, following)

    if flow.step is Step.CHECK:
        return _hand_in(ui, flow, offline)
    ready = {
        Step.AMOUNT: flow.is_amount_taken,
        Step.PURPOSE: flow.purpose is not None,
        Step.ACCOUNT: flow.account_id is not None,
        Step.DETAILS: flow.has_details,
        Step.FILES: not any(name.startswith("attachments") for name in flow.application.missing),
    }.get(flow.step, True)
    return [Button(ui.say("Continue"), go_on, disabled=not ready, busy=busy, identifier="next", reason=offline)]


def _hand_in(ui: Ui, flow: DraftFlow, offline: str) -> list[ft.Control]:
    async def submit() -> None:
        if await flow.submit():
            ui.go(Application(application_id=flow.application.id))

    problem = flow.action.problem
    if problem is not None and problem.code == "kyc_not_passed":
        return _to_check(ui, flow)
    missing = bool(flow.application.missing)
    busy = flow.action.busy
    return [Button(ui.say("Apply"), submit, disabled=missing, busy=busy, identifier="submit", reason=offline)]


def _to_check(ui: Ui, flow: DraftFlow) -> list[ft.Control]:
    """The check that is still open: one's own, and that of the business where it is for one."""
    own = Button(ui.say("Prove who you are"), lambda: ui.go(Kyc()), kind="soft", identifier="to-kyc")
    business_id = flow.application.business_id
    if business_id is None:
        return [own]
    firm = Button(
        ui.say("See the check of the business"), lambda: ui.go(Kyb(business_id=business_id)), identifier="to-kyb"
    )
    return [firm, own]
