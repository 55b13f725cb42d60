"""The consent, and the code that is the signature."""

from functools import partial

import flet as ft

from app.components.field import CodeField
from app.components.layout import card, column, notice
from app.components.problem import problem_notice
from app.components.resend import Resend, where_it_went
from app.components.screen import screen
from app.components.text import muted, title
from app.components.tick import tick
from app.design.tokens import SMALL
from app.stores.signing import SigningFlow
from app.ui import Ui
from shared.api.agreements import AgreementOut, DocumentKind
from shared.api.identity import CodeChannel


def consent(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control | None:
    """The text that is agreed to by signing, as it will be kept with the signature; a tick for each document."""
    if found.signing is None:
        return None
    named = {
        DocumentKind.KEY_FACTS: ui.say("I have read and accept the key facts"),
        DocumentKind.CONTRACT: ui.say("I have read and accept the whole agreement"),
    }
    ticks = [tick(ui, named[kind], kind in flow.accepted, partial(flow.accept, kind)) for kind in DocumentKind]
    return card(ui, muted(ui, found.signing.consent_text, SMALL), column(*ticks, gap=0))


def code_page(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control:
    """The code that arrives signs this agreement and nothing else."""
    sent = flow.sent
    assert sent is not None, "a code was sent before this page"

    async def entered(code: str) -> None:
        await flow.enter_code(found, code)

    async def again(channel: CodeChannel | None) -> None:
        await flow.send_code(found, channel)

    signs = ui.say("You sign a loan of {amount} from {lender}.", amount=found.amount, lender=found.lender_name)
    return screen(
        ui,
        title(ui, ui.say("Sign with the code")),
        where_it_went(ui, sent),
        CodeField(ui.say("Code"), flow.code, entered, digits=sent.digits),
        problem_notice(ui, flow.action.problem),
        notice(ui, signs, icon_name="signature"),
        back=flow.leave_code,
        actions=[Resend(sent, again)],
    )
