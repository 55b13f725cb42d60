"""The end of the account: why it can't be yet, what goes and what stays, the code, and the way back."""

from collections.abc import Callable

import flet as ft

from app.components import skeleton
from app.components.field import CodeField
from app.components.layout import badge, bullet, card, column, list_card, notice, row, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.resend import Resend, where_it_went
from app.components.screen import screen
from app.components.state_view import state_view
from app.components.text import heading, muted, text, title
from app.components.tick import tick
from app.design.tokens import SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_task, use_ui
from app.routes import EndAccount, Home, Loans, MyData, Profile, Route
from app.stores import reads
from app.stores.ending import EndingFlow
from app.stores.passkeys import can_use_passkeys
from app.stores.state import Offline
from app.ui import Ui
from shared.api.compliance import DeletionOut, DeletionRequestOut, DeletionStatus, KeptOut

_STANDING = frozenset({DeletionStatus.WAITING, DeletionStatus.BLOCKED})


@component
def EndAccountScreen(route: EndAccount) -> ft.Control:
    """What shows is what can be done now."""
    ui = use_ui()
    store = use_store()
    query = use_query(reads.deletion(store))
    flow = use_observed(use_kept(lambda: EndingFlow(store)))
    use_observed(flow.action)
    use_task(flow.go_on, [])
    has_passkey = bool(use_query(reads.passkeys(store)).value) and can_use_passkeys(store)
    if flow.sent is not None:
        return _code_page(ui, flow)
    offline = isinstance(query.state, Offline)
    return screen(
        ui,
        state_view(ui, query, lambda found: _content(ui, flow, found), skeleton=skeleton.cards(ui, 96, 180, 180)),
        problem_notice(ui, flow.action.problem),
        title=ui.say("End your account"),
        back=lambda: ui.go(Profile()),
        actions=[
            *_actions(ui, flow, query.value, offline=offline),
            *([_by_passkey(ui, flow, route, offline=offline)] if has_passkey and _can_end(query.value) else []),
        ],
    )


def _standing(found: DeletionOut) -> DeletionRequestOut | None:
    request = found.request
    return request if request is not None and request.status in _STANDING else None


def _content(ui: Ui, flow: EndingFlow, found: DeletionOut) -> ft.Control:
    request = _standing(found)
    if request is not None:
        return column(_waiting(ui, request), _hindered(ui, request.hindered_by), _kept(ui, found.kept))
    if found.hindered_by:
        return column(
            title(ui, ui.say("Not yet")),
            muted(ui, ui.say("Your account can be ended once this is settled.")),
            _hindered(ui, found.hindered_by),
            _kept(ui, found.kept),
        )
    return column(
        title(ui, ui.say("We are sorry to see you go")),
        _goes(ui, found),
        _kept(ui, found.kept),
        _copy_first(ui),
        tick(ui, ui.say("I have understood what goes and what stays"), flow.understood, flow.understand),
    )


def _waiting(ui: Ui, request: DeletionRequestOut) -> ft.Control:
    blocked = request.status is DeletionStatus.BLOCKED
    words = (
        ui.say("Its day has come, but something stands in the way. We try again each day.")
        if blocked
        else ui.say("Until then everything works as before, and you can change your mind.")
    )
    said = column(
        heading(ui, ui.say("Your account ends on {at}", at=ui.instant(request.due_at)), 2, STRONG),
        muted(ui, words, SMALL),
        gap=Space.XS,
    )
    lead = badge(ui, "hourglass-medium", tone="warn", size=52)
    return card(ui, row(lead, ft.Container(content=said, expand=True), top=True, gap=Space.L))


def _hindered(ui: Ui, reasons: list[str]) -> ft.Control | None:
    """Each reason leads to where it can be settled."""
    if not reasons:
        return None
    known: dict[str, tuple[str, str, str, Route]] = {
        "open_loan": ("wallet", ui.say("A loan is open"), ui.say("Pay it back first"), Loans()),
        "open_application": ("note-pencil", ui.say("An application is open"), ui.say("Withdraw it first"), Home()),
        "open_dispute": ("scales", ui.say("A problem is being looked into"), ui.say("Wait for our answer"), Loans()),
    }
    other = ("info", ui.say("Something is still open"), ui.say("Chat with us about it"), Home())
    rows = []
    for reason in reasons:
        icon_name, name, words, route = known.get(reason, other)
        lead = badge(ui, icon_name, tone="warn")
        rows.append(tile(ui, name, words, lead=lead, on_press=_to(ui, route), identifier=f"hindered-{reason}"))
    return list_card(ui, rows)


def _to(ui: Ui, route: Route) -> Callable[[], None]:
    return lambda: ui.go(route)


def _goes(ui: Ui, found: DeletionOut) -> ft.Control:
    window = ui.plural(
        "You have {count} day to change your mind.", "You have {count} days to change your mind.", found.window_days
    )
    points = [
        bullet(ui, window, "arrow-counter-clockwise"),
        bullet(
            ui,
            ui.say("After that you are signed out everywhere, and nobody finds you by your phone or e-mail."),
            "sign-out",
        ),
    ]
    erased = (
        ui.say("What the law has us keep is erased on {day}.", day=ui.date(found.erase_on))
        if found.erase_on is not None
        else ui.say("Everything that names you is erased then.")
    )
    return card(
        ui,
        heading(ui, ui.say("What happens"), 2, STRONG),
        column(*points, bullet(ui, erased, "trash"), gap=Space.M),
    )


def _kept(ui: Ui, kept: list[KeptOut]) -> ft.Control | None:
    if not kept:
        return None
    rows = [_kept_row(ui, each) for each in kept]
    return column(heading(ui, ui.say("What we have to keep"), 2, STRONG), list_card(ui, rows), gap=Space.S)


def _kept_row(ui: Ui, each: KeptOut) -> ft.Control:
    how_long = (
        ui.plural("For {count} year.", "For {count} years.", each.years)
        if each.years is not None
        else ui.say("Without your name.")
    )
    why = _why(ui, each)
    words = column(
        text(ui, _what(ui, each.what), STRONG),
        muted(ui, why, SMALL) if why else None,
        muted(ui, how_long, SMALL),
        gap=Space.XXS,
    )
    line = row(badge(ui, "file-text", tone="sunken"), ft.Container(content=words, expand=True), gap=Space.M + 2)
    return ft.Container(content=line, padding=ft.Padding.symmetric(horizontal=Space.L, vertical=Space.M))


def _what(ui: Ui, what: str) -> str:
    return {
        "agreements": ui.say("Agreements that you signed"),
        "audit_log": ui.say("The log of who did what"),
        "decisions": ui.say("Decisions on your applications"),
        "identity_checks": ui.say("Checks of your identity"),
        "ledger": ui.say("The books"),
        "loans_and_payments": ui.say("Loans and payments"),
    }.get(what, what)


def _why(ui: Ui, each: KeptOut) -> str:
    return {
        "accountability": ui.say("So that it can be told later what was done."),
        "accounting": ui.say("As every company must."),
        "anti_money_laundering": ui.say("By the law against money laundering."),
        "explain_decisions": ui.say("So that they can be explained."),
        "legal_claims": ui.say("For claims from either side."),
    }.get(each.why, "")


def _copy_first(ui: Ui) -> ft.Control:
    words = ui.say("A copy of your data")
    row_ = tile(
        ui,
        words,
        ui.say("Take one with you first"),
        lead=badge(ui, "download-simple"),
        on_press=lambda: ui.go(MyData()),
        identifier="copy-first",
    )
    return list_card(ui, [row_])


def _actions(ui: Ui, flow: EndingFlow, found: DeletionOut | None, *, offline: bool) -> list[ft.Control]:
    if found is None:
        return []
    if _standing(found) is not None:
        keep = ui.say("Keep my account")
        return [Button(keep, flow.keep, disabled=offline, busy=flow.action.busy, identifier="keep-account")]
    if found.hindered_by:
        return []
    end = Button(
        ui.say("Send me the code"),
        flow.send_code,
        kind="danger",
        disabled=not flow.understood or offline,
        busy=flow.action.busy,
        identifier="end-account",
    )
    return [end]


def _can_end(found: DeletionOut | None) -> bool:
    return found is not None and _standing(found) is None and not found.hindered_by


def _by_passkey(ui: Ui, flow: EndingFlow, route: EndAccount, *, offline: bool) -> ft.Control:
    return Button(
        ui.say("Confirm with a passkey"),
        lambda: flow.use_passkey(route.path),
        kind="soft",
        disabled=not flow.understood or offline,
        busy=flow.action.busy,
        icon_name="key",
        identifier="end-passkey",
    )


def _code_page(ui: Ui, flow: EndingFlow) -> ft.Control:
    sent = flow.sent
    assert sent is not None, "a code was sent before this page"
    ends = ui.say("With this code you ask for the end of your account.")
    return screen(
        ui,
        title(ui, ui.say("Confirm with the code")),
        where_it_went(ui, sent),
        CodeField(ui.say("Code"), flow.code, flow.enter_code, digits=sent.digits),
        problem_notice(ui, flow.action.problem),
        notice(ui, ends, tone="warn", icon_name="trash"),
        back=flow.leave_code,
        actions=[Resend(sent, flow.send_code)],
    )
