"""How much to draw, in how many parts, and what it costs; asked once more before the money moves."""

from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.amount import AmountChooser, stepper
from app.components.cost import cost_view
from app.components.for_whom import for_business
from app.components.layout import card, column
from app.components.offline import looked_for, offline_reason
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import columns, screen
from app.components.sheet import Asking
from app.components.state_view import blank, state_view
from app.components.text import muted, title
from app.design.tokens import Size
from app.guard import component, keyed
from app.hooks import use_kept, use_observed, use_query, use_store, use_task, use_ui
from app.routes import Apply, Draw, Home, Payout
from app.stores import businesses, reads
from app.stores.drawing import DrawFlow, can_draw
from app.stores.joined import Joined
from app.ui import Ui
from shared.api.members import BusinessOut
from shared.api.servicing import CreditLineOut, CreditLineStatus, SimulationOut


@component
def DrawScreen(route: Draw) -> ft.Control:
    """Waits for the line."""
    ui = use_ui()
    store = use_store()
    query = reads.credit_line(store, route.line_id)
    use_query(query, every_s=looked_for(query))
    firms = use_query(businesses.mine(store))
    line = query.value
    if line is not None and line.business_id is not None:
        return _of_business(ui, Joined(query, firms))
    if line is not None and can_draw(line):
        return keyed(f"{line.id}", Drawing, line, offline_reason(ui, query))
    waiting = skeleton.cards(ui, 60, 260, 120)
    return screen(
        ui, state_view(ui, query, lambda found: _nothing_left(ui, found), skeleton=waiting), back=lambda: ui.go(Home())
    )


def _of_business(ui: Ui, read: Joined[CreditLineOut, list[BusinessOut]]) -> ft.Control:
    """Of a business only who may bind it draws."""
    if read.value is not None:
        line, firms = read.value
        if can_draw(line) and line.business_id in _bound(firms):
            return keyed(f"{line.id}", Drawing, line, offline_reason(ui, read))

    def ready(found: tuple[CreditLineOut, list[BusinessOut]]) -> ft.Control:
        line, firms = found
        return _nothing_left(ui, line) if line.business_id in _bound(firms) else _not_yours(ui, line, firms)

    waiting = skeleton.cards(ui, 60, 260, 120)
    return screen(ui, state_view(ui, read, ready, skeleton=waiting), back=lambda: ui.go(Home()))


def _bound(firms: list[BusinessOut]) -> frozenset[UUID]:
    return frozenset(each.id for each in firms if businesses.may_bind(each))


def _not_yours(ui: Ui, line: CreditLineOut, firms: list[BusinessOut]) -> ft.Control:
    name = ui.words.verbatim(businesses.name_of(firms, line.business_id))
    words = ui.say("Only who may apply and sign for {business} draws on its line.", business=name)
    return blank(ui, ui.say("This line is not yours to draw on"), "storefront", words)


def _nothing_left(ui: Ui, line: CreditLineOut) -> ft.Control:
    words = {
        CreditLineStatus.PENDING: ui.say("Your line opens once its first draw is paid out."),
        CreditLineStatus.CANCELLED: ui.say("This line of credit was cancelled."),
    }.get(
        line.status,
        ui.say("{used} of {limit} is in use. What you pay back can be drawn again.", used=line.drawn, limit=line.limit),
    )
    apply = Button(ui.say("Apply for credit"), lambda: ui.go(Apply()), kind="soft", grow=False)
    return blank(ui, ui.say("Nothing left to draw"), "coins", words, apply)


@component
def Drawing(line: CreditLineOut, offline: str) -> ft.Control:
    """The choice, its cost beside it, and the question at the end."""
    ui = use_ui()
    store = use_store()
    flow = use_observed(use_kept(lambda: DrawFlow(store, line)))
    action = use_observed(flow.action)
    use_observed(flow.estimate)
    use_task(lambda: flow.estimate.ask(flow.terms), [flow.amount.amount_minor, flow.instalments])

    async def draw() -> None:
        loan = await flow.draw()
        if loan is not None:
            ui.go(Payout(loan_id=loan.id))

    ask = Asking(
        ui.say("Draw {amount}", amount=flow.amount),
        ui.say("Draw {amount}?", amount=flow.amount),
        _promise(ui, flow, flow.cost) if flow.cost is not None else "",
        ui.say("Draw it"),
        draw,
        kind="main",
        identifier="draw",
        disabled=flow.cost is None or not flow.is_amount_taken or action.busy,
        reason=offline,
    )
    return screen(
        ui,
        title(ui, ui.say("How much do you need?")),
        for_business(line.business_id),
        muted(ui, ui.say("You can draw up to {available}.", available=line.available)),
        columns(ui, column(_amount(ui, flow), _term(ui, flow)), column(_cost(ui, flow))),
        problem_notice(ui, action.problem),
        back=lambda: ui.go(Home()),
        actions=[ask],
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _amount(ui: Ui, flow: DrawFlow) -> ft.Control:
    return AmountChooser(
        ui.say("Amount"),
        flow.amount,
        flow.least,
        flow.line.available,
        flow.take,
    )


def _term(ui: Ui, flow: DrawFlow) -> ft.Control | None:
    most = flow.line.terms.instalments
    if most == 1:
        return None
    count = flow.instalments
    shown = ui.plural("{count} instalment", "{count} instalments", count)
    fewer = (lambda: flow.choose(instalments=count - 1)) if count > 1 else None
    further = (lambda: flow.choose(instalments=count + 1)) if count < most else None
    return card(ui, stepper(ui, ui.say("You pay back in"), shown, fewer, further))


def _cost(ui: Ui, flow: DrawFlow) -> ft.Control:
    def first(cost: SimulationOut) -> str:
        day = ui.date(cost.first_due_on)
        return ui.say("The first payment is on {day}, if the money is paid out today.", day=day)

    return cost_view(ui, flow.estimate, flow.terms, first)


def _promise(ui: Ui, flow: DrawFlow, cost: SimulationOut) -> str:
    return ui.say(
        "You pay back {total} in {count} parts, the first on {day}. {account}",
        total=cost.total_repayable,
        count=flow.instalments,
        day=cost.first_due_on,
        account=ui.say("The money goes to the account of your agreement, on its terms."),
    )
