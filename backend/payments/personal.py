"""What payments hold of a person."""

from backend.kernel.db import ReadTx
from backend.kernel.personal import Part, PersonalData, as_json
from backend.kernel.vault import Vault
from backend.payments.usecases.mandates import read_mandates


async def _export(tx: ReadTx, _vault: Vault) -> list[Part]:
    return [as_json("mandates", await read_mandates(tx, None))]


PERSONAL = PersonalData(export=_export)
