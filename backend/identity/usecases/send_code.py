"""Sends one-time codes and sign-in links, within limits, to whoever is asked for: known here or not."""

from datetime import timedelta
from math import ceil
from urllib.parse import quote
from uuid import UUID

from msgspec import Struct

from backend.identity import contacts, outgoing
from backend.identity.contacts import Contact
from backend.identity.domain.codes import RULES, Purpose, binding, may_call, new_code, wait_before_sending
from backend.identity.errors import CallUnexpected, CodeTooSoon, ContactMissing
from backend.identity.keys import SessionKeys
from backend.identity.outgoing import OutgoingMessage
from backend.identity.store import challenges, tenants
from backend.identity.usecases.profile import tenant_profile
from backend.kernel.crypto import Keyring, hash_code
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.identity import CodeChannel, CodeRequest, CodeSent, LinkRequest
from shared.ids import new_id

PEPPER = "one-time-code"
UNMET_FROM_ADDRESS_AN_HOUR = 100  # whole towns share one address behind their carrier
_OPEN_TO_ALL = (Purpose.SIGN_IN, Purpose.LINK, Purpose.VERIFY)


class Wanted(Struct, frozen=True, kw_only=True):
    """A code to be sent: where to, what for, and what it says besides the code."""

    purpose: Purpose
    contact: Contact
    channel: CodeChannel
    locale: str
    template: str
    params: dict[str, str]
    person_id: UUID | None = None
    action: str = ""
    subject: str = ""
    address: str = ""


async def request_code(tx: Tx, vault: Vault, request: CodeRequest, address: str) -> CodeSent:
    """Sends a code to sign in or up with. The answer is the same whether the contact is known or not.

    Raises ContactMissing, PhoneInvalid, EmailInvalid, ChannelUnfit, CodeTooSoon, CallUnexpected, TenantNotFound.
    """
    profile = await tenant_profile(tx)
    contact = read_contact(request.phone, request.email, profile.country)
    wanted = Wanted(
        purpose=Purpose.SIGN_IN,
        contact=contact,
        channel=outgoing.channel_for(contact, request.channel),
        locale=request.locale or profile.locale,
        template="sign_in_code",
        params={"tenant": profile.name},
        address=address,
    )
    return await send_code(tx, await vault.keyring(tx), wanted)


async def send_code(tx: Tx, ring: Keyring, wanted: Wanted) -> CodeSent:
    """Makes a challenge, and has its code sent when the transaction commits. Raises CodeTooSoon, CallUnexpected."""
    await _within_limits(tx, ring, wanted)
    challenge_id, code = new_id(), new_code()
    bound_to = binding(wanted.purpose, challenge_id, wanted.action, wanted.subject)
    await challenges.add(
        tx,
        ring,
        challenges.New(
            id=challenge_id,
            purpose=wanted.purpose,
            contact=wanted.contact,
            secret_hash=hash_code(ring.pepper(PEPPER), code, *bound_to),
            expires_at=tx.now + RULES.lives,
            person_id=wanted.person_id,
            action=wanted.action,
            subject=wanted.subject,
            address=wanted.address,
        ),
    )
    return await _sent(tx, ring, wanted, challenge_id, {"code": code})


async def request_link(
    tx: Tx, vault: Vault, keys: SessionKeys, request: LinkRequest, *, address: str, public_url: str
) -> CodeSent:
    """Sends a link to sign in or up with; it works once.

    Its secret stands behind the `#`, which browsers send to no server.

    Raises EmailInvalid, CodeTooSoon, TenantNotFound.
    """
    profile, tenant = await tenant_profile(tx), await tenants.tenant(tx)
    wanted = Wanted(
        purpose=Purpose.LINK,
        contact=contacts.email(request.email),
        channel=CodeChannel.EMAIL,
        locale=request.locale or profile.locale,
        template="sign_in_link",
        params={"tenant": profile.name},
        address=address,
    )
    ring = await vault.keyring(tx)
    await _within_limits(tx, ring, wanted)
    challenge_id = new_id()
    token, stored = keys.links.issue(tx.tenant_id, challenge_id)
    await challenges.add(
        tx,
        ring,
        challenges.New(
            id=challenge_id,
            purpose=Purpose.LINK,
            contact=wanted.contact,
            secret_hash=stored.hash,
            expires_at=tx.now + RULES.lives,
            address=address,
        ),
    )
    link = f"{profile.app_address(public_url)}/sign-in?tenant={quote(tenant.slug)}#token={token}"
    return await _sent(tx, ring, wanted, challenge_id, {"link": link})


def read_contact(phone: str | None, email: str | None, country: str) -> Contact:
    """The one contact that was given. Raises ContactMissing, PhoneInvalid, EmailInvalid."""
    if (phone is None) == (email is None):
        raise ContactMissing({"phone": "give this or `email`, not both"})
    return contacts.phone(phone, country) if phone is not None else contacts.email(email or "")


async def _within_limits(tx: Tx, ring: Keyring, wanted: Wanted) -> None:
    await challenges.lock_contact(tx, ring, wanted.contact)
    purposes = _OPEN_TO_ALL if wanted.purpose in _OPEN_TO_ALL else (wanted.purpose,)
    sent = await challenges.sent_to(tx, ring, wanted.contact, purposes)
    wait = wait_before_sending(sent, tx.now)
    hour = timedelta(hours=1)
    if await challenges.unmet_from(tx, ring, wanted.address, hour) >= UNMET_FROM_ADDRESS_AN_HOUR:
        wait = max(wait, timedelta(minutes=10))
    if wait > timedelta(0):
        raise CodeTooSoon(retry_after_s=ceil(wait.total_seconds()))
    if wanted.channel is CodeChannel.VOICE and not may_call(sent, tx.now):
        raise CallUnexpected


async def _sent(tx: Tx, ring: Keyring, wanted: Wanted, challenge_id: UUID, secret: dict[str, str]) -> CodeSent:
    expires_at = tx.now + RULES.lives
    message = OutgoingMessage(
        channel=wanted.channel,
        to=wanted.contact.address,
        locale=wanted.locale,
        template=wanted.template,
        params=wanted.params | secret,
        expires_at=expires_at,
        person_id=wanted.person_id,
    )
    await outgoing.send(tx, ring, challenge_id, message)
    return CodeSent(
        challenge_id=challenge_id,
        sent_to=wanted.contact.masked,
        channel=wanted.channel,
        expires_at=expires_at,
        resend_at=tx.now + RULES.resend_after,
    )
