"""What identity holds of a person."""

from backend.identity.routes.edges import principal_in
from backend.identity.usecases import businesses, channel_links, consent, manage_sessions, passkeys, people
from backend.kernel.db import ReadTx
from backend.kernel.personal import Kept, Part, PersonalData, as_json
from backend.kernel.vault import Vault


async def _export(tx: ReadTx, vault: Vault) -> list[Part]:
    me = principal_in(tx)
    return [
        as_json("profile", await people.read_me(tx, vault, me)),
        as_json("consents", await consent.given(tx, me.user_id)),
        as_json("sessions", await manage_sessions.list_sessions(tx, vault, me)),
        as_json("passkeys", await passkeys.list_passkeys(tx, vault, me)),
        as_json("linked-chats", await channel_links.list_links(tx, vault, me)),
        as_json("businesses", await businesses.list_businesses(tx, vault, me)),
    ]


PERSONAL = PersonalData(export=_export, kept=(Kept(what="audit_log", why="accountability"),))
