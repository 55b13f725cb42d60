"""Consents: the current texts in a person's language, given for good or until withdrawn."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from backend.identity.errors import ConsentRequired, ConsentTextNotFound
from backend.identity.store import consents
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.vault import Vault
from shared.api.consents import ConsentIn, ConsentKind, ConsentOut, ConsentTextOut
from shared.errors import InvalidInput

MAX_TEXTS = 50


async def current_texts(tx: ReadTx, locale: str) -> list[ConsentTextOut]:
    """Each kind's newest text, in the language that comes closest to `locale`."""
    return list(_nearest(await consents.current(tx), locale).values())


async def chosen_texts(tx: ReadTx, given: Iterable[ConsentIn], locale: str) -> dict[ConsentKind, ConsentTextOut]:
    """The words that were agreed to, in the language they were read in: `locale` where none is said.

    Raises ConsentTextNotFound when a text is not the current version.
    """
    texts = await consents.current(tx)
    chosen = {}
    for one in given:
        text = _nearest(texts, one.locale or locale).get(one.kind)
        if text is None or text.version != one.version:
            raise ConsentTextNotFound
        chosen[one.kind] = text
    return chosen


async def give_consent(
    tx: Tx, vault: Vault, person_id: UUID, given: ConsentIn, *, locale: str, address: str
) -> list[ConsentOut]:
    """Records one agreement; what was agreed to before under the same kind is replaced. Raises ConsentTextNotFound."""
    texts = await chosen_texts(tx, [given], locale)
    await consents.withdraw(tx, person_id, given.kind)
    await consents.give(tx, vault, person_id, list(texts.values()), address)
    await audit.record(tx, "consent.given", f"person:{person_id}", kind=given.kind, version=given.version)
    return await consents.given_by(tx, person_id)


async def withdraw_consent(tx: Tx, person_id: UUID, kind: ConsentKind) -> None:
    """Ends an agreement that the account does not need. Idempotent. Raises ConsentRequired."""
    if any(text.required for text in await consents.current(tx) if text.kind is kind):
        raise ConsentRequired
    if await consents.withdraw(tx, person_id, kind):
        await audit.record(tx, "consent.withdrawn", f"person:{person_id}", kind=kind)


async def publish_texts(tx: Tx, texts: Sequence[ConsentTextOut]) -> list[ConsentTextOut]:
    """Publishes new versions; people are asked for them at their next visit. Returns the current texts.

    Raises InvalidInput for none at all, or for too many at once.
    """
    if not 1 <= len(texts) <= MAX_TEXTS:
        raise InvalidInput({"body": f"send one to {MAX_TEXTS} texts"})
    await consents.publish(tx, texts)
    published = sorted({f"{text.kind}:{text.version}" for text in texts})
    await audit.record(tx, "consent_text.published", f"tenant:{tx.tenant_id}", texts=published)
    return await consents.current(tx)


async def given(tx: ReadTx, person_id: UUID) -> list[ConsentOut]:
    """What a person ever agreed to, newest first."""
    return await consents.given_by(tx, person_id)


async def due(tx: ReadTx, person_id: UUID) -> list[ConsentKind]:
    """The kinds that the account needs and whose current version the person has not agreed to yet."""
    given = {(one.kind, one.version) for one in await consents.given_by(tx, person_id) if one.withdrawn_at is None}
    texts = await consents.current(tx)
    return sorted({text.kind for text in texts if text.required and (text.kind, text.version) not in given})


def _nearest(texts: Sequence[ConsentTextOut], locale: str) -> dict[ConsentKind, ConsentTextOut]:
    """For each kind the text in the language itself, else in its relative, else in English, else in any."""
    primary = locale.partition("-")[0]

    def distance(text: ConsentTextOut) -> tuple[bool, bool, bool, str]:
        other = text.locale.partition("-")[0]
        return text.locale != locale, other != primary, other != "en", text.locale

    return {text.kind: text for text in sorted(texts, key=distance, reverse=True)}
