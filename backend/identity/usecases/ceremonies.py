"""Ceremonies of passkeys: begun by the app, carried out by the page, ended by a code for the app that began."""

import secrets
from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from backend.identity import webauthn_check
from backend.identity.domain.passkeys import (
    ADD,
    LIVES,
    PASSKEYS_MAX,
    Ceremony,
    RelyingParty,
    hash_in,
    is_copied,
)
from backend.identity.errors import (
    PasskeyEnded,
    PasskeyRefused,
    PasskeysTooMany,
    PasskeysUnavailable,
    PersonNotFound,
    StepUpNeedsCode,
)
from backend.identity.keys import SessionKeys, opened
from backend.identity.store import ceremonies, passkeys, people
from backend.identity.usecases.profile import tenant_profile
from backend.identity.usecases.step_up import verify_step_up
from backend.identity.webauthn_check import Known, NotVerified
from backend.kernel import audit
from backend.kernel.db import ReadTx, Tx
from backend.kernel.scope import Principal
from backend.kernel.vault import Vault
from shared.api.passkeys import (
    CeremonyAnswer,
    CeremonyAnswered,
    CeremonyBack,
    CeremonyOptions,
    CeremonyOut,
    CeremonyPurpose,
    CeremonyTicket,
    PasskeyAddBegin,
    PasskeySignInBegin,
    PasskeyStepUpBegin,
)
from shared.errors import CaasError
from shared.ids import new_id


class Wish(Struct, frozen=True, kw_only=True):
    """What a ceremony is begun for."""

    purpose: CeremonyPurpose
    back: CeremonyBack
    verifier_hash: str
    locale: str | None
    person_id: UUID | None = None
    session_id: UUID | None = None
    action: str = ""
    subject: str = ""
    user_handle: bytes | None = None


async def begin_sign_in(tx: Tx, keys: SessionKeys, request: PasskeySignInBegin) -> CeremonyOut:
    """Begins a sign-in by whichever passkey somebody chooses. Raises PasskeysUnavailable."""
    wish = Wish(
        purpose=CeremonyPurpose.SIGN_IN,
        back=request.back,
        verifier_hash=request.verifier_hash,
        locale=request.locale,
    )
    return await _begin(tx, keys, wish)


async def begin_adding(
    tx: Tx, vault: Vault, keys: SessionKeys, principal: Principal, request: PasskeyAddBegin
) -> CeremonyOut:
    """Begins to add a passkey, confirmed by a code that was sent for it.

    Raises StepUpRefused, PasskeysTooMany, PasskeysUnavailable.
    """
    await verify_step_up(tx, vault, principal.user_id, ADD, str(principal.user_id), request.step_up_code)
    known = await passkeys.of_person(tx, vault, principal.user_id)
    if len(known) >= PASSKEYS_MAX:
        raise PasskeysTooMany(limit=PASSKEYS_MAX)
    wish = Wish(
        purpose=CeremonyPurpose.ADD,
        back=request.back,
        verifier_hash=request.verifier_hash,
        locale=request.locale,
        person_id=principal.user_id,
        session_id=principal.session_id,
        user_handle=known[0].credential.user_handle if known else secrets.token_bytes(32),
    )
    return await _begin(tx, keys, wish)


async def begin_step_up(
    tx: Tx, vault: Vault, keys: SessionKeys, principal: Principal, request: PasskeyStepUpBegin
) -> CeremonyOut:
    """Begins to confirm one action on one subject by a passkey of the caller's.

    Raises StepUpNeedsCode for adding a passkey and for who has none, PasskeysUnavailable.
    """
    if request.action == ADD or not await passkeys.of_person(tx, vault, principal.user_id):
        raise StepUpNeedsCode
    wish = Wish(
        purpose=CeremonyPurpose.STEP_UP,
        back=request.back,
        verifier_hash=request.verifier_hash,
        locale=request.locale,
        person_id=principal.user_id,
        session_id=principal.session_id,
        action=request.action,
        subject=request.subject,
    )
    return await _begin(tx, keys, wish)


async def read_options(tx: ReadTx, vault: Vault, keys: SessionKeys, request: CeremonyTicket) -> CeremonyOptions:
    """What the page asks the browser for. Raises TokenInvalid, PasskeyEnded, PasskeysUnavailable."""
    ticket = opened(keys.ceremonies, request.ticket, tx)
    ceremony = await ceremonies.get(tx, ticket.row_id)
    if ceremony is None or ceremony.ticket_hash != ticket.hash or not ceremony.is_open(tx.now):
        raise PasskeyEnded
    party = await _party(tx)
    known = () if ceremony.person_id is None else await _known(tx, vault, ceremony.person_id)
    if ceremony.purpose is not CeremonyPurpose.ADD:
        options = webauthn_check.request_options(party, challenge=ceremony.challenge, known=known)
    else:
        assert ceremony.person_id is not None, "who adds a passkey is known"
        assert ceremony.user_handle is not None, "a maker is told whom it makes a passkey for"
        options = webauthn_check.creation_options(
            party,
            tenant=(await tenant_profile(tx)).name,
            challenge=ceremony.challenge,
            user_handle=ceremony.user_handle,
            name=await _masked_contact(tx, vault, ceremony.person_id),
            known=known,
        )
    return CeremonyOptions(purpose=ceremony.purpose, back=ceremony.back, options=options)


async def take_answer(tx: Tx, vault: Vault, keys: SessionKeys, request: CeremonyAnswer) -> CeremonyAnswered | CaasError:
    """Checks what the browser gave and makes a code of it. One answer is taken, right or wrong.

    Gives PasskeyRefused, the same for a passkey that nobody has and for a wrong signature; raises TokenInvalid,
    PasskeyEnded, PasskeysUnavailable.
    """
    ticket = opened(keys.ceremonies, request.ticket, tx)
    ceremony = await ceremonies.lock(tx, ticket.row_id)
    if ceremony is None or ceremony.ticket_hash != ticket.hash or not ceremony.is_open(tx.now):
        raise PasskeyEnded
    party = await _party(tx)
    code, stored = keys.ceremony_codes.issue(tx.tenant_id, ceremony.id)
    try:
        if ceremony.purpose is CeremonyPurpose.ADD:
            made = _made(party, ceremony, request.credential)
            await ceremonies.keep_made(tx, vault, ceremony, made, stored.hash)
        else:
            passkey_id = await _take_used(tx, vault, party, ceremony, request.credential)
            await ceremonies.answer(tx, ceremony.id, passkey_id, stored.hash)
    except NotVerified:
        await ceremonies.refuse(tx, ceremony.id)
        return PasskeyRefused()
    return CeremonyAnswered(back=ceremony.back, code=code)


async def redeemable(
    tx: Tx, keys: SessionKeys, code: str, verifier: str, purpose: CeremonyPurpose
) -> tuple[Ceremony, bool]:
    """The ceremony of a code, held until the transaction ends, and whether it may be redeemed with this verifier.

    A code that is tried with another verifier is used up. Raises TokenInvalid, PasskeyEnded for another's code.
    """
    given = opened(keys.ceremony_codes, code, tx)
    ceremony = await ceremonies.lock(tx, given.row_id)
    if ceremony is None or ceremony.code_hash != given.hash or ceremony.purpose is not purpose:
        raise PasskeyEnded
    good = ceremony.is_redeemable(tx.now) and ceremony.is_of(verifier)
    if ceremony.redeemed_at is None and not good:
        await ceremonies.redeem(tx, ceremony.id)
    return ceremony, good


async def _begin(tx: Tx, keys: SessionKeys, wish: Wish) -> CeremonyOut:
    party = await _party(tx)
    ceremony_id = new_id()
    ticket, stored = keys.ceremonies.issue(tx.tenant_id, ceremony_id)
    ceremony = Ceremony(
        id=ceremony_id,
        purpose=wish.purpose,
        back=wish.back,
        challenge=secrets.token_bytes(32),
        verifier_hash=hash_in(wish.verifier_hash),
        ticket_hash=stored.hash,
        expires_at=tx.now + LIVES,
        person_id=wish.person_id,
        session_id=wish.session_id,
        action=wish.action,
        subject=wish.subject,
        user_handle=wish.user_handle,
    )
    await ceremonies.add(tx, ceremony)
    locale = wish.locale or (await tenant_profile(tx)).locale
    url = f"{party.origin}/passkey?language={locale}#ticket={ticket}"
    return CeremonyOut(url=url, expires_at=ceremony.expires_at)


async def _party(tx: ReadTx) -> RelyingParty:
    party = RelyingParty.at((await tenant_profile(tx)).app_url)
    if party is None:
        raise PasskeysUnavailable
    return party


async def _known(tx: ReadTx, vault: Vault, person_id: UUID) -> list[Known]:
    found = await passkeys.of_person(tx, vault, person_id)
    return [Known(id=each.credential.id, transports=each.credential.transports) for each in found]


async def _masked_contact(tx: ReadTx, vault: Vault, person_id: UUID) -> str:
    """What makers list a passkey under: enough for its owner, and nothing for who looks over their shoulder."""
    person = await people.get(tx, vault, person_id)
    if person is None or not person.contacts:
        raise PersonNotFound
    return person.contacts[0].masked


def _made(party: RelyingParty, of: Ceremony, answer: Mapping[str, object]) -> passkeys.Credential:
    made = webauthn_check.check_made(party, of.challenge, answer)
    assert of.user_handle is not None, "a maker was told whom it makes a passkey for"
    return passkeys.Credential(
        id=made.id,
        public_key=made.public_key,
        user_handle=of.user_handle,
        aaguid=made.aaguid,
        transports=made.transports,
        sign_count=made.sign_count,
        synced=made.backed_up,
    )


async def _take_used(tx: Tx, vault: Vault, party: RelyingParty, of: Ceremony, answer: Mapping[str, object]) -> UUID:
    claimed = webauthn_check.claimed(answer)
    found = await passkeys.lock_by_credential(tx, vault, claimed.id)
    if found is None or of.person_id not in {None, found.person_id}:
        raise NotVerified
    # Who is not named by anything else is named by the handle: it has to be there, and to be theirs.
    if claimed.user_handle != found.credential.user_handle and (
        of.person_id is None or claimed.user_handle is not None
    ):
        raise NotVerified
    used = webauthn_check.check_used(party, of.challenge, answer, found.credential.public_key)
    if is_copied(found.sign_count, used.sign_count):
        counts = {"before": found.sign_count, "now": used.sign_count}
        await audit.record(tx, "passkey.count_fell", f"passkey:{found.id}", person_id=found.person_id, **counts)
        raise NotVerified
    await passkeys.use(tx, found.id, used.sign_count, synced=used.backed_up)
    return found.id
