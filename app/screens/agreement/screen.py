"""Key facts first, then the documents, then the signature."""

import flet as ft

from app.components import skeleton
from app.components.countdown import TimeLeft
from app.components.for_whom import for_business
from app.components.layout import column, notice
from app.components.offline import looked_for, offline_reason
from app.components.press import Button
from app.components.problem import problem_notice
from app.components.screen import columns, screen
from app.components.state_view import state_view
from app.components.text import muted, title
from app.design.tokens import Size
from app.guard import component
from app.hooks import use_kept, use_news, use_observed, use_query, use_store, use_task, use_ui
from app.routes import Agreement, Application, Payout
from app.screens.agreement.documents import documents
from app.screens.agreement.evidence import SignatureEvidence
from app.screens.agreement.facts import key_facts
from app.screens.agreement.sign import code_page, consent
from app.screens.agreement.signed import signed
from app.stores import reads
from app.stores.passkeys import can_use_passkeys
from app.stores.signing import SigningFlow
from app.ui import Ui
from shared.api.agreements import AgreementOut, AgreementStatus


@component
def AgreementScreen(route: Agreement) -> ft.Control:
    """The agreement as it stands."""
    ui = use_ui()
    store = use_store()
    query = reads.agreement(store, route.agreement_id)
    use_news(query, *reads.APPLYING_NEWS, every_s=looked_for(query) or 30)
    flow = use_observed(use_kept(lambda: SigningFlow(store)))
    use_observed(flow.action)
    use_observed(flow.opening)
    found = query.value

    async def reckon() -> None:
        if found is not None:
            await flow.reckon(found)

    async def go_on() -> None:
        if found is not None:
            await flow.go_on(found)

    use_task(reckon, [found is not None])
    use_task(go_on, [found is not None])
    has_passkey = bool(use_query(reads.passkeys(store)).value) and can_use_passkeys(store)
    if found is not None and flow.sent is not None and found.status is AgreementStatus.READY:
        return code_page(ui, flow, found)
    return screen(
        ui,
        for_business(found.business_id) if found is not None else None,
        state_view(ui, query, lambda it: _agreement(ui, flow, it), skeleton=skeleton.cards(ui, 220, 140, 100)),
        problem_notice(ui, flow.action.problem or flow.opening.problem),
        title=ui.say("Agreement"),
        back=lambda: _back(ui, found),
        actions=_actions(ui, flow, found, has_passkey=has_passkey, offline=offline_reason(ui, query)),
        width=Size.CONTENT if ui.wide else Size.COLUMN,
    )


def _back(ui: Ui, found: AgreementOut | None) -> None:
    if found is None:
        ui.go("/")
    elif found.status in {AgreementStatus.SIGNED, AgreementStatus.CANCELLING}:
        ui.go(Payout(loan_id=found.loan_id))
    else:
        ui.go(Application(application_id=found.application_id))


def _agreement(ui: Ui, flow: SigningFlow, found: AgreementOut) -> ft.Control:
    parts: list[ft.Control | None] = []
    match found.status:
        case AgreementStatus.READY:
            words = ui.say("First the key facts, then the whole text. Sign when you are sure.")
            left = TimeLeft(found.expires_at) if found.expires_at is not None else None
            parts = [title(ui, ui.say("Read and sign")), muted(ui, words), left]
        case AgreementStatus.DRAFTING:
            parts = [notice(ui, ui.say("The documents are being set."), icon_name="hourglass-medium")]
        case AgreementStatus.EXPIRED:
            parts = [
                notice(ui, ui.say("The time to sign is over. You can apply again."), tone="warn", icon_name="clock")
            ]
        case _:
            parts = [signed(ui, flow, found)]
    last = consent(ui, flow, found) if found.status is AgreementStatus.READY else None
    proof = SignatureEvidence(found.id, flow) if found.signed_at is not None else None
    facts, papers = key_facts(ui, flow, found), documents(ui, flow, found)
    if not ui.wide:
        return column(*parts, facts, papers, proof, last)
    if last is None:
        return columns(ui, column(*parts, papers), column(facts, proof))
    return column(*parts, columns(ui, column(facts), column(papers, last)))


def _actions(
    ui: Ui, flow: SigningFlow, found: AgreementOut | None, *, has_passkey: bool, offline: str
) -> list[ft.Control]:
    if found is None or found.status is not AgreementStatus.READY:
        return []

    async def send() -> None:
        await flow.send_code(found)

    async def use_passkey() -> None:
        await flow.use_passkey(found, Agreement(agreement_id=found.id).path)

    by_passkey = Button(
        ui.say("Sign with a passkey"),
        use_passkey,
        kind="soft",
        disabled=not flow.agreed,
        busy=flow.action.busy,
        icon_name="key",
        identifier="sign-passkey",
        reason=offline,
    )
    return [
        Button(
            ui.say("Sign with a code"),
            send,
            disabled=not flow.agreed,
            busy=flow.action.busy,
            icon_name="signature",
            identifier="sign",
            reason=offline,
        ),
        *([by_passkey] if has_passkey else []),
    ]
