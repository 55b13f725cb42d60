"""The list of directors or owners: one is open to be filled in, the others are a line each."""

from decimal import Decimal
from functools import partial
from typing import Any

import flet as ft

from app.components.field import Field
from app.components.layout import badge, card, chip, column, list_card, notice, row, tile
from app.components.press import Button
from app.components.problem import field_error
from app.components.sheet import Select
from app.components.text import heading, muted
from app.design.tokens import SMALL, STRONG, Space
from app.screens.kyc.forms import countries
from app.stores.kyb import KybForm
from app.stores.officers import WHOLE_BPS, Person
from app.ui import Ui


def people(ui: Ui, kept: KybForm) -> list[ft.Control | None]:
    """Everybody on the list, then the ways to add somebody."""
    parts: list[ft.Control | None] = []
    for at, person in enumerate(kept.people):
        parts.append(_open(ui, kept, at, person) if at == kept.editing else _closed(ui, kept, at, person))
    if kept.editing is None:
        parts += [_take_over(ui, kept), _another(ui, kept)]
    if kept.owns and kept.people:
        parts.append(_total(ui, kept))
    return parts


def _closed(ui: Ui, kept: KybForm, at: int, person: Person) -> ft.Control:
    ready = kept.is_ready(person)
    share = _percent(ui, person.share_bps) if kept.owns and person.share_bps is not None else None
    shown = tile(
        ui,
        ui.words.verbatim(person.name) or ui.say("Somebody"),
        share if ready else ui.say("Something is missing"),
        lead=badge(ui, "user", tone="soft" if ready else "warn"),
        on_press=partial(kept.edit, at),
        identifier=f"person-{at}",
    )
    return list_card(ui, [shown])


def _open(ui: Ui, kept: KybForm, at: int, person: Person) -> ft.Control:
    def field(label: str, name: str, *also: str, wrong: str = "", **more: Any) -> ft.Control:
        error = wrong or field_error(ui, kept.action.problem, name, *also)
        return Field(label, getattr(person, name), partial(kept.write_person, at, name), error=error, **more)

    name = ui.words.verbatim(person.name) or (ui.say("An owner") if kept.owns else ui.say("A director"))
    nationality = partial(kept.write_person, at, "nationality")
    figures: dict[str, Any] = {"keyboard": ft.KeyboardType.NUMBER, "latin": True}
    numbers = [field(ui.say("BVN, if known"), "bvn", **figures), field(ui.say("NIN, if known"), "nin", **figures)]
    share = field(
        ui.say("Share in percent"),
        "share",
        "share_bps",
        wrong=ui.say("A number from 0 to 100") if person.share and person.share_bps is None else "",
        helper=ui.say("Directly and through others: 25 or 12.5"),
        **figures,
    )
    return card(
        ui,
        heading(ui, name, 2, STRONG),
        field(ui.say("Given name"), "given_name"),
        field(ui.say("Family name"), "family_name"),
        field(
            ui.say("Date of birth"),
            "birth_date",
            helper=ui.say("Day, month, year: 17/05/1990"),
            keyboard=ft.KeyboardType.DATETIME,
            latin=True,
        ),
        Select(ui.say("Nationality"), countries(ui), person.nationality, nationality, identifier="nationality"),
        *(numbers if person.nationality == "NG" else []),
        share if kept.owns else None,
        Button(
            ui.say("Done"),
            partial(kept.edit, None),
            kind="soft",
            disabled=not kept.is_ready(person),
            identifier="person-done",
        ),
        Button(ui.say("Take off the list"), partial(kept.remove, at), kind="plain", identifier="person-remove")
        if len(kept.people) > 1
        else None,
    )


def _take_over(ui: Ui, kept: KybForm) -> ft.Control | None:
    """Directors often are owners: nobody types them twice."""
    if not kept.directors:
        return None
    rows = [
        tile(
            ui,
            ui.words.verbatim(each.name),
            ui.say("Is an owner too"),
            lead=badge(ui, "user-plus"),
            on_press=partial(kept.add, each),
            identifier=f"take-over-{at}",
        )
        for at, each in enumerate(kept.directors)
    ]
    return column(muted(ui, ui.say("Your directors"), SMALL), list_card(ui, rows), gap=Space.S)


def _another(ui: Ui, kept: KybForm) -> ft.Control:
    label = ui.say("Add an owner") if kept.owns else ui.say("Add a director")
    return Button(label, kept.add, kind="soft", icon_name="plus", identifier="add-person")


def _total(ui: Ui, kept: KybForm) -> ft.Control:
    total = kept.total_bps
    if total > WHOLE_BPS:
        return notice(ui, ui.say("The shares are more than 100 %. Correct them."), tone="bad", icon_name="warning")
    words = ui.say("{share} of the business named", share=_percent(ui, total))
    return row(chip(ui, words, tone="good" if total == WHOLE_BPS else "sunken"), gap=0)


def _percent(ui: Ui, bps: int) -> str:
    return ui.words.percent(Decimal(bps) / 100)
