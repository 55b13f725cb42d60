"""What proves a signature: when, how, from where, over what, and whether all of it still is as it was signed."""

from functools import partial
from ipaddress import ip_address
from uuid import UUID

import flet as ft

from app.components import skeleton
from app.components.layout import card, column, fact, notice
from app.components.press import Button
from app.components.state_view import state_view
from app.components.text import heading, muted, text
from app.design.tokens import CAPTION, SMALL, STRONG, Space
from app.guard import component
from app.hooks import use_query, use_store, use_ui
from app.screens.agreement.facts import language_name
from app.stores import reads
from app.stores.signing import SigningFlow
from app.ui import Ui
from shared.api.agreements import EvidenceOut

_PASSKEY = "passkey"  # the API's word for a signature that no code was typed for
_GROUP = 8  # characters of a fingerprint that are read at a time


@component
def SignatureEvidence(agreement_id: UUID, flow: SigningFlow) -> ft.Control:
    """Read by itself, below what is more urgent."""
    ui = use_ui()
    query = use_query(reads.evidence(use_store(), agreement_id))
    shown = state_view(ui, query, lambda found: _evidence(ui, flow, found), skeleton=skeleton.cards(ui, 220))
    return column(heading(ui, ui.say("Your signature"), 2, STRONG), shown, gap=Space.S)


def _evidence(ui: Ui, flow: SigningFlow, found: EvidenceOut) -> ft.Control:
    how = ui.say("With a passkey") if found.method == _PASSKEY else ui.say("With a code")
    facts = [
        (ui.say("Signed by"), ui.words.verbatim(found.signer_name)),
        (ui.say("Signed on"), ui.instant(found.signed_at)),
        (ui.say("How you signed"), how),
        (ui.say("Language of the documents"), language_name(ui, found.language)),
    ]
    if seen_from := veiled(found.address):
        facts.append((ui.say("Network address"), ui.words.verbatim(seen_from)))
    return card(
        ui,
        _state(ui, found),
        column(*(fact(ui, name, value) for name, value in facts), gap=0),
        _fingerprint(ui, found.signing_hash),
        Button(
            ui.say("Save the evidence"),
            partial(flow.save_evidence, found),
            kind="soft",
            busy=flow.opening.busy,
            icon_name="download-simple",
            identifier="save-evidence",
        ),
    )


def _state(ui: Ui, found: EvidenceOut) -> ft.Control:
    if found.is_intact:
        return notice(
            ui, ui.say("Unchanged: the documents are those that you signed."), tone="good", icon_name="seal-check"
        )
    words = ui.say("The documents or the evidence are no longer those of your signature. Talk to us.")
    return notice(ui, words, tone="bad", icon_name="warning")


def _fingerprint(ui: Ui, digest: str) -> ft.Control:
    name = ui.say("Fingerprint of what was signed (SHA-256)")
    groups = " ".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))
    shown = column(muted(ui, name, SMALL), text(ui, ui.words.verbatim(groups), CAPTION), gap=Space.XXS)
    return ft.MergeSemantics(content=shown)


def veiled(address: str) -> str:
    """The beginning of a network address: enough to know one's own, too little for who looks over a shoulder.

    Empty where it is nobody's own: a machine of ours that spoke for the borrower's browser.
    """
    try:
        if not ip_address(address).is_global:
            return ""
    except ValueError:
        return ""
    sign = ":" if ":" in address else "."
    return sign.join([*address.split(sign)[:2], "•••"])
