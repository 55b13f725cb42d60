"""What agreements hold of a person."""

from backend.agreements.usecases import read_agreements
from backend.kernel.db import ReadTx
from backend.kernel.personal import Kept, Part, PersonalData, as_json, every
from backend.kernel.vault import Vault


async def _export(tx: ReadTx, vault: Vault) -> list[Part]:
    found = await every(
        lambda cursor, limit: read_agreements.list_agreements(
            tx, application_id=None, business_id=None, cursor=cursor, limit=limit
        )
    )
    parts: list[Part] = []
    for each in found:
        agreement = await read_agreements.show(tx, each.id)
        parts.append(as_json(f"agreements/{each.id}/agreement", agreement))
        for document in agreement.documents:
            content = await read_agreements.document(tx, vault, each.id, document.kind)
            parts.append(Part(path=f"agreements/{each.id}/{document.kind}.pdf", content=content.content))
        if agreement.signed_at is not None:
            proof = await read_agreements.evidence(tx, vault, each.id)
            parts.append(as_json(f"agreements/{each.id}/evidence", proof))
    return parts


PERSONAL = PersonalData(export=_export, kept=(Kept(what="agreements", why="legal_claims", years=6),))
