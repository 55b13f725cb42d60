"""Where one dispute stands: what was said, what came of it, and what can still be done."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.field import Field
from app.components.layout import badge, card, column, fact, hairline, list_card, notice, row, tile
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import columns, screen
from app.components.sheet import Asking
from app.components.state_view import state_view
from app.components.text import amount, heading, icon, muted, text
from app.components.timeline import Happening, Pace, timeline
from app.components.upload import UploadTile
from app.design.tokens import FIGURE, LABEL, SMALL, STRONG, Size, Space
from app.guard import component
from app.hooks import use_kept, use_news, use_observed, use_store, use_ui
from app.routes import Dispute, Disputes, Loans
from app.screens.disputes.words import kind_words, reason_words, status_chip
from app.stores import support
from app.stores.dispute import DisputeCare
from app.ui import Ui
from shared.api.conversations import AttachmentOut
from shared.api.disputes import DisputeEntryOut, DisputeOut, DisputeOutcome, DisputeStatus, DisputeStep

_LIVING = frozenset({DisputeStatus.OPEN, DisputeStatus.NEEDS_INFO, DisputeStatus.ESCALATED})


@component
def DisputeScreen(route: Dispute) -> ft.Control:
    """Read again when something happens to it."""
    ui = use_ui()
    store = use_store()
    query = use_news(support.dispute(store, route.dispute_id), "support.dispute")
    care = use_observed(use_kept(lambda: DisputeCare(store, route.dispute_id)))
    use_observed(care.action)

    def ready(found: DisputeOut) -> ft.Control:
        start = column(_head(ui, found), _outcome(ui, care, found), _asked(ui, found), _say_more(ui, care, found))
        return columns(ui, start, column(_timeline(ui, found), _evidence(ui, care, found), _withdraw(ui, care, found)))

    def back() -> None:
        ui.go(Disputes(loan_id=query.value.loan_id) if query.value is not None else Loans())

    number = query.value.number if query.value is not None else ""
    return screen(
        ui,
        problem_notice(ui, care.action.problem),
        state_view(ui, query, ready, skeleton=skeleton.cards(ui, 190, 110, 220)),
        title=ui.say("Problem {number}", number=number) if number else ui.say("Problem"),
        back=back,
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _head(ui: Ui, found: DisputeOut) -> ft.Control:
    label = ui.say("Amount in dispute")
    late = ui.say("We are late with the answer. We are sorry; it comes as soon as it can.") if found.is_overdue else ""
    due = [fact(ui, ui.say("Answer by"), ui.date(found.answer_by))] if found.status in _LIVING else []
    about = ui.say("Instalment {number}", number=found.instalment) if found.instalment else kind_words(ui, found.kind)
    return card(
        ui,
        row(status_chip(ui, found.status, found.outcome), gap=0),
        column(muted(ui, label, LABEL), amount(ui, found.amount, FIGURE, label=label), gap=Space.XXS),
        hairline(ui),
        column(
            fact(ui, ui.say("About"), about),
            fact(ui, ui.say("What is wrong"), reason_words(ui, found.reason)),
            *due,
            gap=0,
        ),
        notice(ui, late, tone="warn", icon_name="clock") if late else None,
        muted(ui, ui.say("Nobody reminds you of this loan while we look into it."), SMALL)
        if found.status in _LIVING
        else None,
    )


def _outcome(ui: Ui, care: DisputeCare, found: DisputeOut) -> ft.Control | None:
    if found.outcome is None:
        return None
    good = found.outcome is not DisputeOutcome.REJECTED
    name = {
        DisputeOutcome.UPHELD: ui.say("You are right"),
        DisputeOutcome.PARTLY_UPHELD: ui.say("You are partly right"),
        DisputeOutcome.REJECTED: ui.say("We could not confirm it"),
    }[found.outcome]
    back = [fact(ui, ui.say("Found in your favour"), found.found)] if found.found else []
    lead = row(
        badge(ui, "check" if good else "scales", tone="good" if good else "sunken"),
        ft.Container(content=heading(ui, name, 2, STRONG), expand=True),
        gap=Space.M + 2,
    )
    reasons = text(ui, ui.words.passage(found.reasons), SMALL) if found.reasons else None
    return card(ui, lead, reasons, *back, _escalate(ui, care, found))


def _escalate(ui: Ui, care: DisputeCare, found: DisputeOut) -> ft.Control | None:
    if found.may_escalate_until is None:
        return None
    until = ui.say(
        "You can ask for a second look until {day}. Somebody else decides then.", day=ui.date(found.may_escalate_until)
    )
    return column(
        hairline(ui),
        muted(ui, until, SMALL),
        Field(ui.say("Why do you not agree?"), care.words, care.write, lines=3),
        Button(
            ui.say("Ask for a second look"),
            care.escalate,
            kind="soft",
            disabled=not care.words.strip(),
            busy=care.action.busy,
            identifier="escalate",
        ),
    )


def _asked(ui: Ui, found: DisputeOut) -> ft.Control | None:
    """The last question, where one is open."""
    if found.status is not DisputeStatus.NEEDS_INFO:
        return None
    asked = [each for each in found.timeline if each.step is DisputeStep.INFO_REQUESTED]
    words = ui.words.passage(asked[-1].text) if asked and asked[-1].text else ui.say("Please tell us more.")
    return notice(ui, words, tone="warn", icon_name="question")


def _say_more(ui: Ui, care: DisputeCare, found: DisputeOut) -> ft.Control | None:
    if found.status not in _LIVING:
        return None
    answering = found.status is DisputeStatus.NEEDS_INFO
    name = ui.say("Your answer") if answering else ui.say("Something to add?")
    return card(
        ui,
        heading(ui, name, 2, STRONG),
        Field(ui.say("Your message"), care.words, care.write, lines=3),
        Button(
            ui.say("Send"),
            care.tell,
            kind="main" if answering else "soft",
            disabled=not care.words.strip(),
            busy=care.action.busy,
            identifier="tell-more",
        ),
    )


def _timeline(ui: Ui, found: DisputeOut) -> ft.Control:
    steps = [_happening(ui, each) for each in found.timeline]
    if found.status in _LIVING:
        day = ui.date(found.answer_by)
        steps.append(Happening(ui.say("Our answer"), ui.say("By {day}", day=day), Pace.NOW))
    return card(ui, heading(ui, ui.say("What happened"), 2, STRONG), timeline(ui, steps), gap=Space.L)


def _happening(ui: Ui, each: DisputeEntryOut) -> Happening:
    name = {
        DisputeStep.OPENED: ui.say("You reported it"),
        DisputeStep.EVIDENCE_ADDED: ui.say("A file was added"),
        DisputeStep.INFO_REQUESTED: ui.say("We asked you"),
        DisputeStep.INFO_GIVEN: ui.say("You told us more"),
        DisputeStep.RESOLVED: ui.say("We decided"),
        DisputeStep.ESCALATED: ui.say("You asked for a second look"),
        DisputeStep.WITHDRAWN: ui.say("You took it back"),
    }[each.step]
    at = ui.instant(each.at)
    own = each.step in {DisputeStep.OPENED, DisputeStep.INFO_REQUESTED, DisputeStep.INFO_GIVEN, DisputeStep.ESCALATED}
    note = f"{at}\n{ui.words.passage(each.text)}" if own and each.text else at
    return Happening(name, note, Pace.DONE)


def _evidence(ui: Ui, care: DisputeCare, found: DisputeOut) -> ft.Control | None:
    living = found.status in _LIVING
    if not living and not found.evidence:
        return None
    rows = [_file(ui, care, each) for each in found.evidence]
    add = (
        UploadTile(ui.say("Add a file"), ui.say("PDF or picture"), care.evidence, "paperclip", "add-evidence")
        if living
        else None
    )
    return column(
        heading(ui, ui.say("What shows it"), 2, STRONG), list_card(ui, rows) if rows else None, add, gap=Space.S
    )


def _file(ui: Ui, care: DisputeCare, each: AttachmentOut) -> ft.Control:
    size = ui.say("{size} kB", size=max(1, each.size // 1000))
    name = ui.words.verbatim(each.filename)
    return tile(
        ui,
        name,
        size,
        lead=badge(ui, "file-pdf" if each.media_type == "application/pdf" else "image"),
        trail=icon(ui, "download-simple", 20, ui.palette.muted),
        on_press=partial(care.keep, each),
        identifier=f"evidence-{each.filename}",
        label=ui.say("{name}, {size}. Download", name=name, size=size),
    )


def _withdraw(ui: Ui, care: DisputeCare, found: DisputeOut) -> ft.Control | None:
    if found.status not in _LIVING:
        return None
    return Asking(
        ui.say("Take it back"),
        ui.say("Take it back?"),
        ui.say("We stop looking into it, and the reminders of this loan begin again."),
        ui.say("Take it back"),
        care.withdraw,
        identifier="withdraw",
    )
