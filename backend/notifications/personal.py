"""What notifications hold of a person."""

from backend.kernel.db import ReadTx
from backend.kernel.personal import Part, PersonalData, as_json, every
from backend.kernel.vault import Vault
from backend.notifications.store import registrations
from backend.notifications.usecases import phones, read


async def _export(tx: ReadTx, vault: Vault) -> list[Part]:
    messages = await every(lambda cursor, limit: read.list_notifications(tx, vault, cursor=cursor, limit=limit))
    return [
        as_json("messages", messages),
        as_json("notification-preferences", await read.preferences(tx)),
        as_json("push-registrations", await phones.registered(tx)),
    ]


PERSONAL = PersonalData(export=_export, erase=registrations.drop_person)
