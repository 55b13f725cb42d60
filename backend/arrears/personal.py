"""What arrears hold of a person."""

from backend import identity, servicing
from backend.arrears import store
from backend.arrears.usecases.show import case_out, promise_out
from backend.kernel.db import ReadTx
from backend.kernel.personal import Part, PersonalData, as_json
from backend.kernel.vault import Vault


async def _export(tx: ReadTx, vault: Vault) -> list[Part]:
    parts: list[Part] = []
    for loan in await servicing.loans_of(tx, identity.caller(tx).user_id):
        promises = [promise_out(each) for each in await store.promises_of(tx, loan.id)]
        cases = [await case_out(tx, vault, each) for each in await store.cases_of(tx, loan.id)]
        if promises or cases:
            parts.append(as_json(f"loans/{loan.id}/promises", promises))
            parts.append(as_json(f"loans/{loan.id}/hardship", cases))
    return parts


PERSONAL = PersonalData(export=_export)
