"""One place for an application from its hand-in to its agreement; it moves on by itself."""

from collections.abc import Callable
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.for_whom import for_business
from app.components.layout import column
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import screen
from app.components.sheet import Asking
from app.components.state_view import state_view
from app.design.tokens import Size
from app.guard import component
from app.hooks import use_action, use_kept, use_news, use_store, use_ui
from app.routes import Application, Draft, Home
from app.screens.application.agreement import AgreementWaits
from app.screens.application.decision import Declined, MoreInfo
from app.screens.application.ended import ended
from app.screens.application.lower import Lower
from app.screens.application.offers import OffersPart
from app.screens.application.past import Given, Past
from app.screens.application.waiting import waiting
from app.stores import reads
from app.stores.action import Action
from app.ui import Ui
from shared.api.applications import ApplicationOut, ApplicationStatus

S = ApplicationStatus
MOVING = frozenset({S.SUBMITTED, S.APPROVED, S.ACCEPTED})
_WITHDRAWABLE = frozenset(
    {S.SUBMITTED, S.REFERRED, S.MORE_INFO, S.APPROVED, S.NO_OFFERS, S.OFFERED, S.ACCEPTED, S.AGREEMENT_READY}
)


@component
def ApplicationScreen(route: Application) -> ft.Control:
    """Looks often while something is about to happen."""
    ui = use_ui()
    query = reads.application(use_store(), route.application_id)
    moving = query.value is None or query.value.status in MOVING
    use_news(query, *reads.APPLYING_NEWS, every_s=2 if moving else 30)
    action = use_action()
    shown = query.value
    first: list[ApplicationStatus] = use_kept(list)
    if shown is not None and not first:
        first.append(shown.status)
    expects = first != [S.AGREEMENT_READY]
    return screen(
        ui,
        for_business(shown.business_id) if shown is not None else None,
        state_view(ui, query, lambda found: _part(ui, found, expects), skeleton=skeleton.cards(ui, 120, 240)),
        problem_notice(ui, action.problem),
        _withdraw(ui, shown, action) if shown is not None and shown.status in _WITHDRAWABLE else None,
        title=ui.say("Your application"),
        back=lambda: ui.go(Home()),
        width=Size.CONTENT if ui.wide and shown is not None and shown.status is S.OFFERED else Size.COLUMN,
    )


def _part(ui: Ui, found: ApplicationOut, expects: bool) -> ft.Control:
    if found.status is S.DRAFT:
        return Button(ui.say("Finish your application"), lambda: ui.go(Draft(application_id=found.id)))
    now = _now(ui, found, expects)
    if found.status in _MAY_BE_LOWER:
        now = column(Lower(found), now, gap=0)  # which takes no room where it has nothing to say
    past = Past(found) if found.status in _OVER else None
    return column(now, past, Given(found) if found.attachments else None)


def _now(ui: Ui, found: ApplicationOut, expects: bool) -> ft.Control:
    if found.status in _WAITING:
        return waiting(ui, found)
    if found.status in {S.ACCEPTED, S.AGREEMENT_READY}:
        return AgreementWaits(found.id, expected=expects)
    part = _PARTS.get(found.status)
    return part(found.id) if part is not None else ended(ui, found)


_WAITING = frozenset({S.SUBMITTED, S.REFERRED, S.APPROVED})
_OVER = frozenset({S.DECLINED, S.EXPIRED, S.WITHDRAWN, S.CANCELLED, S.SIGNED, S.DISBURSED, S.CLOSED})
_MAY_BE_LOWER = frozenset({S.APPROVED, S.OFFERED, S.NO_OFFERS})
_PARTS: dict[ApplicationStatus, Callable[[UUID], ft.Control]] = {
    S.MORE_INFO: MoreInfo,
    S.DECLINED: Declined,
    S.OFFERED: OffersPart,
    S.NO_OFFERS: OffersPart,
    S.EXPIRED: OffersPart,
}


def _withdraw(ui: Ui, found: ApplicationOut, action: Action) -> ft.Control:
    async def withdraw() -> None:
        applications = ui.store.client.applications
        answer = await action.run(lambda: applications.withdraw(found.id, idempotency_key=action.key(found.id)))
        if answer is not None:
            reads.application(ui.store, found.id).put(answer)
            await ui.store.refresh(reads.HOME, reads.APPLICATIONS)

    return column(
        Asking(
            ui.say("Withdraw the application"),
            ui.say("Withdraw it?"),
            ui.say("Nothing is owed. You can apply again at any time."),
            ui.say("Withdraw"),
            withdraw,
        )
    )
