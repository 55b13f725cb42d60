"""Reading, signing and cancelling an agreement."""

import flet as ft
import msgspec

from app.stores import reads
from app.stores.passkeys import begin_step_up, take_vouched
from app.stores.root import Store
from shared.api.agreements import AgreementOut, CancelReason, DocumentKind, EvidenceOut, SignIn
from shared.api.identity import CodeChannel, CodeSent
from shared.api.servicing import SimulationIn, SimulationOut
from shared.client.errors import ClientError

ACTION = "agreement.sign"  # what is confirmed, its subject the hash of what was read


class SigningFlow(ft.Observable):
    """Observable. `accepted` are the documents that were ticked, each by itself."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.opening = store.action()
        self.accepted: frozenset[DocumentKind] = frozenset()
        self.sent: CodeSent | None = None
        self.code = ""
        self.cost: SimulationOut | None = None

    async def reckon(self, agreement: AgreementOut) -> None:
        """What the agreement costs when each payment comes on its day."""
        try:
            self.cost = await self._store.client.servicing.simulate(SimulationIn(terms=agreement.terms))
        except ClientError:
            return  # the documents say it too

    @property
    def agreed(self) -> bool:
        """Whether every document is accepted: the signature covers them all."""
        return self.accepted == frozenset(DocumentKind)

    def accept(self, kind: DocumentKind, yes: bool) -> None:
        """Ticks or unticks one document."""
        self.accepted = self.accepted | {kind} if yes else self.accepted - {kind}

    async def save_evidence(self, proof: EvidenceOut) -> None:
        """Gives the borrower all that proves the signature, as a file that a court's expert can read."""
        content = msgspec.json.format(msgspec.json.encode(proof), indent=2)
        name = f"signature-{proof.agreement_id}.json"

        async def save() -> bool:
            await self._store.platform.save_file(name, content, "application/json")
            return True

        await self.opening.run(save)

    async def open_document(self, agreement: AgreementOut, kind: DocumentKind) -> None:
        """Gives the document to the borrower as a file."""
        agreements, platform = self._store.client.agreements, self._store.platform

        async def fetch() -> bool:
            file = await agreements.document(agreement.id, kind)
            name = file.filename or f"{kind.value}.pdf"
            await platform.save_file(name, file.content, file.media_type)
            return True

        await self.opening.run(fetch)

    async def send_code(self, agreement: AgreementOut, channel: CodeChannel | None = None) -> None:
        """Has a code sent, or read out by a call, that signs this agreement and nothing else."""
        agreements = self._store.client.agreements
        sent = await self.action.run(lambda: agreements.send_signing_code(agreement.id, channel=channel))
        if sent is not None:
            self.sent, self.code = sent, ""

    def leave_code(self) -> None:
        """Back from the code to the agreement."""
        self.sent, self.code = None, ""
        self.action.clear()

    async def enter_code(self, agreement: AgreementOut, code: str) -> None:
        """Takes the digits; signs once all are there."""
        self.action.clear()
        self.code = code
        if self.sent is not None and len(code) == self.sent.digits:
            await self.sign(agreement)

    async def sign(self, agreement: AgreementOut) -> None:
        """Signs exactly what was read: the hash and the consent are those that were shown."""
        signing = agreement.signing
        if signing is None:
            return
        body = SignIn(code=self.code, signing_hash=signing.signing_hash, consent_version=signing.consent_version)
        agreements = self._store.client.agreements
        answer = await self.action.run(
            lambda: agreements.sign(agreement.id, body, idempotency_key=self.action.key((agreement.id, self.code)))
        )
        if answer is None:
            self.code = ""
            return
        self.sent = None
        await self._take(answer)

    async def use_passkey(self, agreement: AgreementOut, place: str) -> None:
        """Opens the page on which a passkey signs this agreement and nothing else."""
        signing = agreement.signing
        if signing is None:
            return
        subject = signing.signing_hash
        await self.action.run(lambda: begin_step_up(self._store, place, action=ACTION, subject=subject))

    async def go_on(self, agreement: AgreementOut) -> None:
        """Signs, where a passkey has just confirmed this very text."""
        signing = agreement.signing
        code = None if signing is None else await take_vouched(self._store, ACTION, signing.signing_hash)
        if code is not None:
            self.code = code
            await self.sign(agreement)

    async def cancel(self, agreement: AgreementOut, reason: CancelReason) -> None:
        """Cancels within the cooling-off."""
        agreements = self._store.client.agreements
        answer = await self.action.run(
            lambda: agreements.cancel(agreement.id, reason, idempotency_key=self.action.key((agreement.id, reason)))
        )
        if answer is not None:
            await self._take(answer)

    async def _take(self, agreement: AgreementOut) -> None:
        reads.agreement(self._store, agreement.id).put(agreement)
        application = ("application", agreement.application_id)
        await self._store.refresh(reads.HOME, reads.LOANS, application, ("loan", agreement.loan_id))
