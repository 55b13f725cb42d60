"""What onboarding holds of a person: what they gave to be known by. What checks found is not handed out."""

from uuid import UUID

from backend import identity
from backend.kernel.db import ReadTx, Tx
from backend.kernel.personal import Kept, Part, PersonalData, as_file, as_json, forget_blobs
from backend.kernel.vault import Vault
from backend.onboarding import details, store
from backend.onboarding.records import DocumentRecord
from backend.onboarding.usecases import read_cases
from backend.onboarding.views import document_out
from shared.events.onboarding import PartyKind

KEPT_YEARS = 5  # FATF recommendation 11: at least five years after the business relationship


async def _documents(tx: ReadTx, user_id: UUID) -> list[DocumentRecord]:
    found: list[DocumentRecord] = []
    while page := await store.documents_of(tx, user_id, after=found[-1].id if found else None, limit=100):
        found += page
    return found


async def _export(tx: ReadTx, vault: Vault) -> list[Part]:
    me = identity.caller(tx).user_id
    parts = [as_json("bank-accounts", await read_cases.my_accounts(tx, vault))]
    case = await store.case_of(tx, PartyKind.PERSON, me)
    if case is not None:
        parts.append(as_json("identity-check", await read_cases.my_case(tx)))
        parts.append(as_json("identity-details", await details.read(tx, vault, case)))
    documents = await _documents(tx, me)
    parts.append(as_json("identity-documents", [document_out(each) for each in documents]))
    for each in documents:
        parts += await as_file(tx, vault, f"documents/identity/{each.id}", each.blob_id)
    return parts


async def _erase(tx: Tx, user_id: UUID) -> None:
    await forget_blobs(tx, [each.blob_id for each in await _documents(tx, user_id)])


PERSONAL = PersonalData(
    export=_export,
    erase=_erase,
    kept=(Kept(what="identity_checks", why="anti_money_laundering", years=KEPT_YEARS),),
)
