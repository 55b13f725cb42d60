"""How a problem is told: what happened, whether the money is safe, what to do, and what to quote."""

import flet as ft

from app.components.layout import column, notice
from app.components.text import muted
from app.design.tokens import CAPTION, Space
from app.stores.problem import Kind, Problem
from app.ui import Ui

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
        case _:
            return problem.detail or ui.say(
                "Something went wrong on our side. Your money is safe; try again in a moment."
            )


def problem_notice(ui: Ui, problem: Problem | None) -> ft.Control | None:
    """The problem as a notice; nothing where there is none."""
    if problem is None:
        return None
    reference = None
    if problem.reference and problem.kind in {Kind.BROKEN, Kind.UNKNOWN}:
        reference = muted(ui, ui.say("Reference {reference}", reference=problem.reference), CAPTION)
    fields = [f"{reason}" for name, reason in problem.fields.items() if name]
    sentence = " ".join([words_for(ui, problem), *fields]) if fields else words_for(ui, problem)
    tone = "warn" if problem.kind in {Kind.OFFLINE, Kind.UNKNOWN, Kind.WAIT} else "bad"
    shown = notice(ui, sentence, tone=tone, icon_name=_ICONS.get(problem.kind, "warning-circle"), then=reference)
    return column(shown, gap=Space.S)
