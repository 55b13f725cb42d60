"""Texts that people agree to, in their versions, and who agreed to which."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from backend.identity.tables import consent, consent_text
from backend.kernel.crypto import Field
from backend.kernel.db import ReadTx, Tx, into
from backend.kernel.vault import Vault
from shared.api.consents import ConsentKind, ConsentOut, ConsentTextOut
from shared.ids import new_id

_ADDRESS = Field("consent", "address")


def text_hash(text: ConsentTextOut) -> bytes:
    """What proves later which words were agreed to."""
    return hashlib.sha256(f"{text.title}\n\n{text.body}".encode()).digest()


async def publish(tx: Tx, texts: Sequence[ConsentTextOut]) -> int:
    """Publishes texts; a version that was published before stays as it is. Returns how many are new."""
    rows = [
        {
            "kind": text.kind.value,
            "version": text.version,
            "locale": text.locale,
            "title": text.title,
            "body": text.body,
            "required": text.required,
            "hash": text_hash(text),
            "published_at": tx.now,
        }
        for text in texts
    ]
    return await tx.execute(insert(consent_text).values(rows).on_conflict_do_nothing())


async def current(tx: ReadTx) -> list[ConsentTextOut]:
    """Every kind's newest version, in all of its languages."""
    newest = (
        select(consent_text.c.kind, consent_text.c.version)
        .distinct(consent_text.c.kind)
        .order_by(consent_text.c.kind, consent_text.c.published_at.desc(), consent_text.c.version.desc())
        .subquery()
    )
    rows = await tx.all(
        select(consent_text)
        .join(newest, (consent_text.c.kind == newest.c.kind) & (consent_text.c.version == newest.c.version))
        .order_by(consent_text.c.kind, consent_text.c.locale)
    )
    return [into(row, ConsentTextOut) for row in rows]


async def give(tx: Tx, vault: Vault, person_id: UUID, texts: Sequence[ConsentTextOut], address: str) -> None:
    """Records that a person agreed to these very words."""
    if not texts:
        return
    ring = await vault.subject_keyring(tx, person_id)
    rows = []
    for text in texts:
        consent_id = new_id()
        sealed = ring.encrypt_text(_ADDRESS, address, row_id=consent_id, subject_id=person_id) if address else None
        rows.append(
            {
                "id": consent_id,
                "person_id": person_id,
                "kind": text.kind.value,
                "version": text.version,
                "locale": text.locale,
                "text_hash": text_hash(text),
                "address": sealed,
                "given_at": tx.now,
            }
        )
    await tx.execute(consent.insert().values(rows))


async def withdraw(tx: Tx, person_id: UUID, kind: ConsentKind) -> int:
    """Ends what is given of this kind. Returns how many it ended."""
    given = (consent.c.person_id == person_id) & (consent.c.kind == kind.value) & consent.c.withdrawn_at.is_(None)
    return await tx.execute(update(consent).where(given).values(withdrawn_at=tx.now))


async def given_by(tx: ReadTx, person_id: UUID) -> list[ConsentOut]:
    """What a person ever agreed to, newest first."""
    rows = await tx.all(
        select(consent).where(consent.c.person_id == person_id).order_by(consent.c.given_at.desc()).limit(200)
    )
    return [into(row, ConsentOut) for row in rows]


async def has_texts(tx: ReadTx) -> bool:
    """Whether the tenant has published anything."""
    return bool(await tx.scalar(select(func.count()).select_from(consent_text)))
