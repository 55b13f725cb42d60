"""The borrower's own case: its list of tasks with how far each is, the hand-in, and the result as it comes."""

from functools import partial

import flet as ft

from app.components import skeleton
from app.components.screen import screen
from app.components.state_view import state_view
from app.guard import component
from app.hooks import use_kept, use_observed, use_query, use_store, use_ui
from app.routes import Apply, Home, Kyc, KycTask
from app.screens.kyc.case import WAITING, CaseWords, case_view
from app.stores import reads
from app.stores.case import CaseFlow
from app.ui import Ui


@component
def KycScreen(route: Kyc) -> ft.Control:
    """Looks every two seconds while the check goes on."""
    del route
    ui = use_ui()
    store = use_store()
    query = reads.kyc(store)
    checking = query.value is not None and query.value.state in WAITING
    use_query(query, every_s=2 if checking else None)
    flow = use_kept(lambda: CaseFlow(store))
    use_observed(flow.action)
    return screen(
        ui,
        state_view(ui, query, lambda case: case_view(ui, case, flow, _words(ui)), skeleton=skeleton.cards(ui, 90, 260)),
        back=lambda: ui.go(Home()),
    )


def _words(ui: Ui) -> CaseWords:
    return CaseWords(
        title=ui.say("Prove who you are"),
        intro=ui.say("The law asks us to know our customers. You can stop and go on later, on any device."),
        checking=ui.say("Checking your details"),
        passed=ui.say("You are verified"),
        failed=ui.say("We could not confirm who you are. Write to us if you think this is a mistake."),
        renew=ui.say("What went stale is asked for again. Until it is checked you can't apply."),
        task=partial(task_words, ui),
        place=lambda name: KycTask(task=name),
        apply=Apply(),
    )


def task_words(ui: Ui, name: str) -> tuple[str, str, str]:
    """Icon, name and a word about each task."""
    return {
        "identity_details": ("user", ui.say("Your details"), ui.say("Name, birthday, BVN or NIN")),
        "document": ("identification-card", ui.say("Identity document"), ui.say("Passport, card or licence")),
        "selfie": ("camera", ui.say("A picture of you"), ui.say("Compared with your document")),
        "address": ("map-pin", ui.say("Your address"), ui.say("Where you live")),
    }.get(name, ("note-pencil", name, ""))
