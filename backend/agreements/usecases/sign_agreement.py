"""Signs an agreement with a code, or a passkey, that is bound to its documents, and keeps the evidence."""

from uuid import UUID

from backend import applications, identity, onboarding
from backend.agreements import store
from backend.agreements.domain.agreement import Agreement
from backend.agreements.domain.signing import ACTION, CONSENT_VERSION, ONE_TIME_CODE, PASSKEY, Evidence, consent_text
from backend.agreements.errors import AgreementNotFound, DocumentsDiffer
from backend.agreements.usecases.read_agreements import agreement_out, signing_hash_of
from backend.kernel import audit, business_date, outbox
from backend.kernel.db import Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.agreements import AgreementOut, SignIn
from shared.api.identity import CodeChannel, CodeSent
from shared.events.agreements import AgreementSigned
from shared.i18n import Language, localizer


async def send_signing_code(tx: Tx, vault: Vault, agreement_id: UUID, channel: CodeChannel | None = None) -> CodeSent:
    """Sends the caller a code that signs this agreement, and nothing else.

    Raises AgreementNotFound, AgreementNotSignable, AgreementRunOut, ChannelUnfit, CodeTooSoon, CallUnexpected,
    NotPermitted.
    """
    agreement = await _locked(tx, agreement_id)
    principal = await _signer(tx, agreement)
    agreement.require_signable(tx.now)
    covered = signing_hash_of(agreement, await store.documents_of(tx, agreement.id))
    return await identity.issue_step_up(tx, vault, principal.user_id, ACTION, covered, channel=channel)


async def sign_agreement(  # noqa: PLR0917  (who signs what, from where)
    tx: Tx, vault: Vault, agreement_id: UUID, body: SignIn, address: str, user_agent: str
) -> AgreementOut:
    """Signs: checks what was read, uses up the code, keeps the evidence and publishes AgreementSigned.

    Raises AgreementNotFound, AgreementNotSignable, AgreementRunOut, ApplicationLocked, DocumentsDiffer, StepUpRefused,
    NotPermitted.
    """
    seen = await store.get(tx, agreement_id)
    if seen is None:
        raise AgreementNotFound
    principal = await _signer(tx, seen)
    seen.require_signable(tx.now)
    # The application first, as everyone does who holds both: it can't be withdrawn while this signs.
    await applications.hold_open(tx, seen.application_id)
    agreement = await _locked(tx, agreement_id)
    agreement.require_signable(tx.now)
    documents = await store.documents_of(tx, agreement.id)
    covered = signing_hash_of(agreement, documents)
    if body.signing_hash != covered or body.consent_version != CONSENT_VERSION:
        raise DocumentsDiffer
    methods = await identity.verify_step_up(tx, vault, principal.user_id, ACTION, covered, body.code)
    signed = agreement.signed(tx.now, await business_date.current(tx))
    await store.save(tx, signed)
    language = Language.match(agreement.language)
    proof = Evidence(
        agreement_id=agreement.id,
        user_id=principal.user_id,
        session_id=principal.session_id,
        signed_at=tx.now,
        method=PASSKEY if identity.PASSKEY in methods else ONE_TIME_CODE,
        language=language.value,
        signing_hash=covered,
        documents={kind.value: each.sha256.hex() for kind, each in documents.items()},
        consent_version=CONSENT_VERSION,
        consent_text=consent_text(localizer(language)),
        signer_name=await _signer_name(tx, vault, principal.user_id),
        address=address,
        user_agent=user_agent,
    )
    sha256 = await store.add_signature(tx, vault, proof)
    await audit.record(
        tx, "agreement.signed", f"agreement:{agreement.id}", signing_hash=covered, evidence_sha256=sha256.hex()
    )
    await outbox.add(tx, _event(signed))
    return await agreement_out(tx, signed)


async def _locked(tx: Tx, agreement_id: UUID) -> Agreement:
    found = await store.lock(tx, agreement_id)
    if found is None:
        raise AgreementNotFound
    return found


async def _signer(tx: Tx, agreement: Agreement) -> Principal:
    return await identity.require_decider(tx, agreement.user_id, agreement.business_id, missing=AgreementNotFound())


async def _signer_name(tx: Tx, vault: Vault, user_id: UUID) -> str:
    """The verified name of the person who signs; else the one they are known by."""
    verified = (await onboarding.facts(tx, vault, user_id)).legal_name
    return verified or (await identity.person(tx, vault, user_id)).name or ""


def _event(signed: Agreement) -> AgreementSigned:
    assert signed.signed_at is not None, "it was just signed"
    assert signed.cooling_off_until is not None, "it was just signed"
    return AgreementSigned(
        agreement_id=signed.id,
        application_id=signed.application_id,
        loan_id=signed.loan_id,
        user_id=signed.user_id,
        business_id=signed.business_id,
        product_kind=signed.product_kind,
        lender=signed.lender,
        terms=signed.terms,
        credit_limit=signed.credit_limit,
        payout_account_id=signed.payout_account_id,
        signed_at=signed.signed_at,
        cooling_off_until=signed.cooling_off_until,
    )
