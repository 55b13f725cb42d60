"""Signs people in by code, link and authenticator app.

A refusal is returned, not raised, wherever a wrong try must count: the caller commits, then raises it. So no number of
tries at the same moment gets past the limit.
"""

from datetime import timedelta
from uuid import UUID

from backend.identity.domain.codes import Challenge, Purpose, Verdict, attempt, binding
from backend.identity.errors import CodeRefused, CodeSpent, SecondFactorLocked, SignUpClosed
from backend.identity.keys import Caller, SessionKeys, opened
from backend.identity.store import authenticators, challenges, people
from backend.identity.usecases.begin_session import SECOND_FACTOR, begin_session, repeat_session
from backend.identity.usecases.profile import tenant_profile
from backend.identity.usecases.send_code import PEPPER
from backend.identity.usecases.use_authenticator import use_authenticator
from backend.kernel.crypto import code_matches
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.identity import (
    DeviceIn,
    LinkRedeem,
    SecondFactorIn,
    SignInOut,
    SignInRequest,
    SignInStatus,
)
from shared.errors import CaasError

TICKET_LIVES = timedelta(minutes=30)
_NEXT = {Purpose.SIGN_UP: SignInStatus.SIGN_UP, Purpose.SECOND_FACTOR: SignInStatus.SECOND_FACTOR}


async def sign_in_by_code(
    tx: Tx, vault: Vault, keys: SessionKeys, request: SignInRequest, caller: Caller
) -> SignInOut | CaasError:
    """Answers a code. Gives CodeRefused, CodeSpent, SignUpClosed."""
    ring = await vault.keyring(tx)
    stored = await challenges.lock(tx, ring, request.challenge_id)
    if stored is None or stored.challenge.purpose is not Purpose.SIGN_IN:
        return CodeRefused()
    bound_to = binding(Purpose.SIGN_IN, stored.challenge.id)
    matches = code_matches(ring.pepper(PEPPER), request.code, stored.secret_hash, *bound_to)
    judged, verdict = attempt(stored.challenge, matches=matches, now=tx.now)
    if verdict is Verdict.RIGHT:
        await challenges.save(tx, judged)
        return await _proceed(tx, vault, keys, stored, device=request.device, caller=caller)
    if verdict is Verdict.SPENT and matches and (again := await _again(tx, vault, keys, judged, caller)):
        return again
    await challenges.save(tx, judged)
    return CodeSpent() if verdict is Verdict.SPENT else CodeRefused()


async def sign_in_by_link(
    tx: Tx, vault: Vault, keys: SessionKeys, request: LinkRedeem, caller: Caller
) -> SignInOut | CaasError:
    """Redeems a link. Gives CodeRefused, CodeSpent, SignUpClosed; raises TokenInvalid."""
    link = opened(keys.links, request.token, tx)
    stored = await challenges.lock(tx, await vault.keyring(tx), link.row_id)
    if stored is None or stored.challenge.purpose is not Purpose.LINK or stored.secret_hash != link.hash:
        return CodeRefused()
    judged, verdict = attempt(stored.challenge, matches=True, now=tx.now)
    if verdict is Verdict.RIGHT:
        await challenges.save(tx, judged)
        return await _proceed(tx, vault, keys, stored, device=request.device, caller=caller)
    if verdict is Verdict.SPENT and (again := await _again(tx, vault, keys, judged, caller)):
        return again
    return CodeSpent() if verdict is Verdict.SPENT else CodeRefused()


async def sign_in_by_second_factor(
    tx: Tx, vault: Vault, keys: SessionKeys, request: SecondFactorIn, caller: Caller
) -> SignInOut | CaasError:
    """Adds the second factor. Gives CodeRefused, CodeSpent, SecondFactorLocked; raises TokenInvalid."""
    ticket = opened(keys.tickets, request.ticket, tx)
    stored = await challenges.lock(tx, await vault.keyring(tx), ticket.row_id)
    wanted = Purpose.SECOND_FACTOR
    if stored is None or stored.challenge.purpose is not wanted or stored.secret_hash != ticket.hash:
        return CodeRefused()
    assert stored.person_id is not None, "a second factor is awaited from somebody known"
    if stored.challenge.met:
        return await repeat_session(tx, vault, keys, stored.challenge.id, caller) or CodeSpent()
    _, verdict = attempt(stored.challenge, matches=True, now=tx.now)
    if verdict is not Verdict.RIGHT:
        return CodeSpent() if verdict is Verdict.SPENT else CodeRefused()
    refusal = await use_authenticator(tx, vault, stored.person_id, request.code)
    if isinstance(refusal, SecondFactorLocked):
        return refusal
    judged, _ = attempt(stored.challenge, matches=refusal is None, now=tx.now)
    await challenges.save(tx, judged)
    person = await people.get(tx, vault, stored.person_id)
    if refusal is not None or person is None:
        return CodeRefused()
    return await begin_session(
        tx,
        vault,
        keys,
        person,
        origin_id=stored.challenge.id,
        methods=(*stored.methods, SECOND_FACTOR, "mfa"),
        device=request.device,
        caller=caller,
    )


async def _proceed(
    tx: Tx, vault: Vault, keys: SessionKeys, met: challenges.Stored, *, device: DeviceIn, caller: Caller
) -> SignInOut | CaasError:
    """What comes after the first factor: a session, or a ticket for the step that is still missing."""
    person = await people.find(tx, vault, met.contact)
    if person is None:
        if not (await tenant_profile(tx)).settings.sign_up_open:
            return SignUpClosed()
        return await _ticket(tx, vault, keys, met, purpose=Purpose.SIGN_UP, caller=caller)
    if await authenticators.has_confirmed(tx, person.id):
        return await _ticket(tx, vault, keys, met, purpose=Purpose.SECOND_FACTOR, caller=caller, person_id=person.id)
    return await begin_session(
        tx, vault, keys, person, origin_id=met.challenge.id, methods=_methods(met), device=device, caller=caller
    )


async def _ticket(
    tx: Tx,
    vault: Vault,
    keys: SessionKeys,
    met: challenges.Stored,
    *,
    purpose: Purpose,
    caller: Caller,
    person_id: UUID | None = None,
) -> SignInOut:
    ticket_id, seed = caller.row_id(met.challenge.id), caller.seed(met.challenge.id)
    token, stored = keys.tickets.issue(tx.tenant_id, ticket_id, seed=seed)
    new = challenges.New(
        id=ticket_id,
        purpose=purpose,
        contact=met.contact,
        secret_hash=stored.hash,
        expires_at=tx.now + TICKET_LIVES,
        person_id=person_id,
        methods=_methods(met),
        sent=False,
    )
    await challenges.add(tx, await vault.keyring(tx), new)
    return SignInOut(status=_NEXT[purpose], ticket=token)


async def _again(tx: Tx, vault: Vault, keys: SessionKeys, met: Challenge, caller: Caller) -> SignInOut | None:
    """The answer that this very request was given before, as long as nothing came of it."""
    if signed_in := await repeat_session(tx, vault, keys, met.id, caller):
        return signed_in
    ticket_id, seed = caller.row_id(met.id), caller.seed(met.id)
    token, stored = keys.tickets.issue(tx.tenant_id, ticket_id, seed=seed)
    ticket = await challenges.lock(tx, await vault.keyring(tx), ticket_id)
    if ticket is None or ticket.secret_hash != stored.hash or ticket.challenge.closed_at is not None:
        return None
    return SignInOut(status=_NEXT[ticket.challenge.purpose], ticket=token)


def _methods(met: challenges.Stored) -> tuple[str, ...]:
    """How the first factor was proven, in the words of RFC 8176."""
    return ("otp", "sms") if met.contact.phone else ("otp",)
