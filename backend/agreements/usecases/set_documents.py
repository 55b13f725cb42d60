"""Sets an agreement's documents as PDF and keeps them: encrypted, each with its hash."""

import asyncio
from collections.abc import Sequence

from backend.agreements import store
from backend.agreements.domain.contract import contract
from backend.agreements.domain.facts import LoanFacts
from backend.agreements.domain.key_facts import key_facts
from backend.agreements.ports import Typesetter
from backend.agreements.store import Document
from backend.agreements.usecases.draft_agreement import SetDocuments
from backend.agreements.usecases.gather_facts import gather_facts
from backend.kernel import audit, blobs, outbox
from backend.kernel.db import Tx
from backend.kernel.jobs import JobContext
from backend.kernel.vault import Vault
from backend.offers import LenderProfile
from shared.api.agreements import AgreementStatus, DocumentKind
from shared.events.agreements import AgreementReady
from shared.i18n import localizer

PDF = "application/pdf"
_PAGES = {DocumentKind.KEY_FACTS: key_facts, DocumentKind.CONTRACT: contract}


async def set_documents(
    context: JobContext,
    wanted: SetDocuments,
    *,
    vault: Vault,
    typesetter: Typesetter,
    lenders: Sequence[LenderProfile],
) -> None:
    """The whole job: read, set off the event loop with no transaction open, write. Safe to repeat."""
    async with context.read() as tx:
        draft = await store.get(tx, wanted.agreement_id)
        if draft is None or draft.status is not AgreementStatus.DRAFTING:
            return
        facts = await gather_facts(tx, vault, draft, lenders)
    documents = await asyncio.to_thread(_render, typesetter, facts)
    async with context.write() as tx:
        await _keep(tx, vault, facts, documents)


def _render(typesetter: Typesetter, facts: LoanFacts) -> dict[DocumentKind, bytes]:
    loc = localizer(facts.language)
    return {kind: typesetter.render(kind, page(facts, loc)) for kind, page in _PAGES.items()}


async def _keep(tx: Tx, vault: Vault, facts: LoanFacts, documents: dict[DocumentKind, bytes]) -> None:
    draft = await store.lock(tx, facts.agreement_id)
    if draft is None or draft.status is not AgreementStatus.DRAFTING:
        return
    kept = []
    for kind, content in documents.items():
        blob = await blobs.put(tx, vault, content, PDF)
        kept.append(
            Document(
                agreement_id=draft.id,
                kind=kind,
                blob_id=blob.id,
                sha256=blob.sha256,
                size=len(content),
                media_type=PDF,
                created_at=tx.now,
            )
        )
    await store.add_documents(tx, kept)
    await store.save(tx, draft.ready(tx.now, language=facts.language.value, cooling_off_days=facts.cooling_off.days))
    hashes = {each.kind.value: each.sha256.hex() for each in kept}
    await audit.record(tx, "agreement.ready", f"agreement:{draft.id}", documents=hashes, language=facts.language.value)
    ready = AgreementReady(
        agreement_id=draft.id, application_id=draft.application_id, loan_id=draft.loan_id, user_id=draft.user_id
    )
    await outbox.add(tx, ready)
