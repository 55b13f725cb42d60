"""The pages of a report: what it is about, why, the story and its evidence, the review."""

from functools import partial

import flet as ft

from app.components.field import Field, choice
from app.components.layout import card, column, fact, hairline, list_card, notice, tile
from app.components.press import Button, icon_button
from app.components.sheet import Select
from app.components.text import amount, heading, icon, muted, text, title
from app.design.tokens import FIGURE, LABEL, SMALL, STRONG, Space
from app.screens.disputes.listing import what_happens
from app.screens.disputes.words import reason_words
from app.screens.loan.movements import moved_words
from app.stores.disputing import MAX_FILES, MAX_WORDS, REASONS, DisputeFlow, Item, next_open
from app.ui import Ui
from shared.api.disputes import ANSWER_WITHIN, DisputeReason
from shared.api.servicing import LoanOut, ScheduleOut, TransactionOut
from shared.money import Money

_MOST = 12


def item_words(ui: Ui, item: Item) -> str:
    """What an item is called."""
    if item.moved is not None:
        return moved_words(ui, item.moved.kind)[1]
    return ui.say("Instalment {number}", number=item.number)


def item_note(ui: Ui, item: Item) -> str:
    """When it was, and how much it is."""
    on = item.moved.effective_on if item.moved is not None else item.instalment.due_on if item.instalment else None
    day = ui.date(on) if on is not None else ""
    return ui.say("{amount} on {day}", amount=item.amount, day=day)


def what(ui: Ui, flow: DisputeFlow, found: list[TransactionOut], schedule: ScheduleOut | None) -> ft.Control:
    """The movements, a payment that is missing, an instalment."""
    rows = [_item(ui, flow, Item.of(each)) for each in found[:_MOST]]
    unpaid = next_open(schedule)
    missing = (
        choice(
            ui,
            ui.say("A payment is missing"),
            partial(flow.choose, Item.due(unpaid), DisputeReason.PAID_ALREADY),
            chosen=flow.item is not None and flow.item.number == unpaid.number,
            subtitle=ui.say("You paid, and it does not show"),
            icon_name="magnifying-glass",
            identifier="about-missing",
        )
        if unpaid is not None
        else None
    )
    return column(
        title(ui, ui.say("What is it about?")),
        column(missing, *rows, gap=Space.M),
        _instalments(ui, flow, schedule),
    )


def _item(ui: Ui, flow: DisputeFlow, item: Item) -> ft.Control:
    icon_name = moved_words(ui, item.moved.kind)[0] if item.moved is not None else "calendar-blank"
    return choice(
        ui,
        item_words(ui, item),
        partial(flow.choose, item),
        chosen=flow.item is not None and flow.item.key == item.key,
        subtitle=item_note(ui, item),
        icon_name=icon_name,
        identifier=f"about-{item.key}",
    )


def _instalments(ui: Ui, flow: DisputeFlow, schedule: ScheduleOut | None) -> ft.Control | None:
    if schedule is None or not schedule.rows:
        return None
    by_number = {str(row.number): Item.due(row) for row in schedule.rows}
    options = [(number, ui.aloud(item_words(ui, item), item_note(ui, item))) for number, item in by_number.items()]
    chosen = str(flow.item.number) if flow.item is not None and flow.item.number is not None else ""
    return Select(
        ui.say("Or an instalment of the plan"),
        options,
        chosen,
        lambda number: flow.choose(by_number[number]),
        identifier="about-instalment",
    )


def why(ui: Ui, flow: DisputeFlow) -> ft.Control:
    """The reasons that go with the thing."""
    assert flow.item is not None, "it was chosen before this page"
    rows = [
        choice(
            ui,
            reason_words(ui, reason),
            partial(flow.because, reason),
            chosen=flow.reason is reason,
            identifier=f"because-{reason.value}",
        )
        for reason in REASONS[flow.item.kind]
    ]
    return column(title(ui, ui.say("What is wrong with it?")), _about(ui, flow.item), column(*rows, gap=Space.M))


def _about(ui: Ui, item: Item) -> ft.Control:
    icon_name = moved_words(ui, item.moved.kind)[0] if item.moved is not None else "calendar-blank"
    line = tile(ui, item_words(ui, item), item_note(ui, item), lead=icon(ui, icon_name, 24, ui.palette.brand))
    return list_card(ui, [line])


def tell(ui: Ui, flow: DisputeFlow) -> ft.Control:
    """The story, the part that is wrong, and what shows it."""
    assert flow.item is not None, "it was chosen before this page"
    error = "" if flow.is_amount_fine else ui.say("At most {amount}", amount=flow.item.amount)
    return column(
        title(ui, ui.say("Tell us more")),
        Field(
            ui.say("What happened?"),
            flow.details,
            flow.tell,
            lines=4,
            max_length=MAX_WORDS,
            helper=ui.say("When, how much, and from where you paid, if it is about a payment."),
        ),
        Field(
            ui.say("Amount that is wrong (optional)"),
            flow.amount,
            flow.narrow,
            keyboard=ft.KeyboardType.NUMBER,
            latin=True,
            error=error,
            helper=ui.say("Leave it empty if it is all of it."),
        ),
        column(
            heading(ui, ui.say("What shows it"), 2, STRONG),
            muted(ui, ui.say("A receipt, a statement, a screenshot: pictures or PDF, up to 10 MB each."), SMALL),
            lost(ui, flow),
            files(ui, flow),
            _add(ui, flow),
            gap=Space.S,
        ),
    )


def lost(ui: Ui, flow: DisputeFlow) -> ft.Control | None:
    """What was chosen at an earlier visit: files do not outlive the window."""
    if not flow.lost:
        return None
    names = ui.words.verbatim(", ".join(flow.lost))
    words = ui.say("Your words were kept, your files were not. Please add them again: {names}", names=names)
    return notice(ui, words, tone="warn", icon_name="paperclip")


def files(ui: Ui, flow: DisputeFlow) -> ft.Control | None:
    """The files that will go with it."""
    if not flow.files:
        return None
    rows = [
        tile(
            ui,
            ui.words.verbatim(each.name),
            ui.say("{size} kB", size=max(1, len(each.content) // 1000)),
            lead=icon(ui, "paperclip", 20, ui.palette.brand),
            trail=icon_button(ui, "trash", ui.say("Remove {name}", name=each.name), partial(flow.drop_file, each)),
        )
        for each in flow.files
    ]
    return list_card(ui, rows)


def _add(ui: Ui, flow: DisputeFlow) -> ft.Control | None:
    if len(flow.files) >= MAX_FILES:
        return None
    label = ui.say("Add a file") if not flow.files else ui.say("Add another file")
    return Button(label, flow.add_file, kind="soft", icon_name="paperclip", identifier="add-evidence")


def check(ui: Ui, flow: DisputeFlow, loan: LoanOut) -> ft.Control:
    """Everything as it will be sent, and what happens then."""
    assert flow.item is not None, "it was chosen before this page"
    assert flow.reason is not None, "it was chosen before this page"
    if flow.opened is not None:
        words = ui.say("Your report is with us. These files did not arrive yet:")
        return column(title(ui, ui.say("Nearly done")), muted(ui, words), files(ui, flow))
    disputed = Money.of(flow.minor, flow.item.amount.currency) if flow.minor else flow.item.amount
    label = ui.say("Amount in dispute")
    answer = [fact(ui, ui.say("Answer by"), ui.date(loan.as_of + ANSWER_WITHIN))] if loan.as_of else []
    return column(
        title(ui, ui.say("Check your report")),
        card(
            ui,
            column(muted(ui, label, LABEL), amount(ui, disputed, FIGURE, label=label), gap=Space.XXS),
            hairline(ui),
            column(
                fact(ui, ui.say("About"), item_words(ui, flow.item)),
                fact(ui, ui.say("Of"), item_note(ui, flow.item)),
                fact(ui, ui.say("What is wrong"), reason_words(ui, flow.reason)),
                fact(ui, ui.say("Files"), ui.words.number(len(flow.files))),
                *answer,
                gap=0,
            ),
            hairline(ui),
            text(ui, ui.words.passage(flow.details.strip()), SMALL),
        ),
        what_happens(ui),
    )
