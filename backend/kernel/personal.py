"""What each context holds of a person: how it is handed out, what hinders its erasure, what is erased, what is kept."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import delete

from backend.kernel import blobs
from backend.kernel.blobs import DocumentNotFound
from backend.kernel.crypto import DataErased
from backend.kernel.db import ReadTx, Tx
from backend.kernel.tables import blob
from backend.kernel.vault import Vault
from shared.paging import Page

T = TypeVar("T")
MOST_PAGES = 500
PAGE = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a copy of somebody's data."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that outlasts an account: `what` and `why` are codes that screens put into words."""

    what: str
    why: str
    years: int | None = None  # None: for as long as the tenant exists


async def _nothing_hinders(_tx: ReadTx, _user_id: UUID) -> list[str]:
    return []


async def _nothing_to_keep(_tx: ReadTx, _user_id: UUID) -> date | None:
    return None


async def _erased_by_key(_tx: Tx, _user_id: UUID) -> None:
    """All that there is lies under the person's own key, which goes."""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One context's part. `export` runs in a transaction in the person's own name, so it gives what they may see."""

    export: Callable[[ReadTx, Vault], Awaitable[list[Part]]]
    hinders: Callable[[ReadTx, UUID], Awaitable[list[str]]] = field(default=_nothing_hinders)
    keep_until: Callable[[ReadTx, UUID], Awaitable[date | None]] = field(default=_nothing_to_keep)
    erase: Callable[[Tx, UUID], Awaitable[None]] = field(default=_erased_by_key)
    kept: tuple[Kept, ...] = ()


def as_json(path: str, value: Any) -> Part:
    """A value as a readable JSON file."""
    return Part(path=f"{path}.json", content=msgspec.json.format(msgspec.json.encode(value), indent=2))


async def every(fetch: Callable[[str | None, int], Awaitable[Page[T]]]) -> list[T]:
    """Every item of a list, page by page, up to a limit that no person comes near."""
    items: list[T] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await fetch(cursor, PAGE)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return items


async def as_file(tx: ReadTx, vault: Vault, path: str, blob_id: UUID) -> list[Part]:
    """A stored document as a file; none where it is gone."""
    try:
        found = await blobs.get(tx, vault, blob_id)
    except (DocumentNotFound, DataErased):
        return []
    return [Part(path=f"{path}.{found.content_type.rpartition('/')[2]}", content=found.content)]


async def forget_blobs(tx: Tx, blob_ids: list[UUID]) -> None:
    """Deletes documents that lie under the tenant's key: destroying a person's would not reach them."""
    if blob_ids:
        await tx.execute(delete(blob).where(blob.c.id.in_(blob_ids)))
