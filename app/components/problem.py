"""How a problem is told: what happened, whether the money is safe, what to do, and what to quote."""

from collections.abc import Collection

import flet as ft

from app.components.layout import column, notice
from app.components.text import muted
from app.design.tokens import CAPTION, SMALL, Space
from app.stores.problem import Kind, Problem
from app.ui import Ui

_MALFORMED = "invalid_input"
# What a refusal is about that names no field, as its words say all.
_FIELD_OF = {
    "account_invalid": "number",
    "birth_date_implausible": "birth_date",
    "code_refused": "code",
    "code_spent": "code",
    "document_expired": "expires_on",
    "document_number_required": "number",
    "email_invalid": "email",
    "iban_invalid": "number",
    "mrz_unreadable": "mrz",
    "nuban_invalid": "number",
    "phone_invalid": "phone",
    "registration_date_implausible": "registered_on",
}
_ICONS = {Kind.OFFLINE: "wifi-slash", Kind.UNKNOWN: "clock", Kind.WAIT: "hourglass-medium"}


def words_for(ui: Ui, problem: Problem) -> str:
    """The sentence for a problem: the API's own where it gave one."""
    match problem.kind:
        case Kind.OFFLINE:
            return ui.say("You are offline. Nothing was changed; try again when you are connected.")
        case Kind.UNKNOWN:
            return ui.say("The answer did not arrive. Try again: it will not happen twice.")
        case Kind.WAIT if problem.wait_s:
            return ui.plural(
                "Too many tries. Wait {count} second, then try again.",
                "Too many tries. Wait {count} seconds, then try again.",
                problem.wait_s,
            )
        case Kind.SIGNED_OUT:
            return ui.say("You were signed out. Sign in again to go on.")
        case Kind.REFUSED if problem.code == _MALFORMED:
            return ui.say("Something was not understood. Check what you gave.")
        case _:
            return problem.detail or ui.say(
                "Something went wrong on our side. Your money is safe; try again in a moment."
            )


def field_error(ui: Ui, problem: Problem | None, *names: str) -> str:
    """What a problem says of the field that the API knows by one of `names`; empty where it is about something else."""
    if problem is None or _about(problem).keys().isdisjoint(names):
        return ""
    return ui.say("This can't be right. Check it.") if problem.code == _MALFORMED else words_for(ui, problem)


def problem_notice(ui: Ui, problem: Problem | None, *, at: Collection[str] = ()) -> ft.Control | None:
    """The problem as a notice; nothing where there is none. What the fields called `at` say is not said twice."""
    if problem is None:
        return None
    about = _about(problem)
    left = [reason for name, reason in about.items() if name not in at]
    if about and not left:
        told = ui.say("Something above can't be taken: the field says why.")
        return notice(ui, told, tone="bad", icon_name="warning-circle")
    more = [muted(ui, reason, SMALL) for reason in left if reason]
    if problem.reference and problem.kind in {Kind.BROKEN, Kind.UNKNOWN}:
        more.append(muted(ui, ui.say("Reference {reference}", reference=problem.reference), CAPTION))
    tone = "warn" if problem.kind in {Kind.OFFLINE, Kind.UNKNOWN, Kind.WAIT} else "bad"
    then = column(*more, gap=Space.XS) if more else None
    return notice(
        ui, words_for(ui, problem), tone=tone, icon_name=_ICONS.get(problem.kind, "warning-circle"), then=then
    )


def _about(problem: Problem) -> dict[str, str]:
    """The fields that a problem is about, by their own names, each with what is left to say of it."""
    named = {path.rpartition(".")[2]: reason for path, reason in problem.fields.items() if path}
    field = _FIELD_OF.get(problem.code)
    return named if named or field is None else {field: ""}
