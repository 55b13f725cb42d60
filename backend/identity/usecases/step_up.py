"""Step-up: a fresh code to the person behind a session, good for one action on one subject."""

from datetime import timedelta
from uuid import UUID

from backend.identity import outgoing
from backend.identity.domain.codes import RULES, Purpose, Verdict, attempt, binding, new_code
from backend.identity.errors import PersonNotFound, StepUpRefused
from backend.identity.people import Person
from backend.identity.store import challenges, people
from backend.identity.usecases.profile import tenant_profile
from backend.identity.usecases.send_code import PEPPER, Wanted, send_code
from backend.kernel import audit
from backend.kernel.crypto import code_matches, hash_code
from backend.kernel.db import Tx
from backend.kernel.vault import Vault
from shared.api.identity import CodeChannel, CodeSent
from shared.ids import new_id

VOUCHED_FOR = timedelta(minutes=5)


async def issue_step_up(
    tx: Tx, vault: Vault, user_id: UUID, action: str, subject_hash: str, *, channel: CodeChannel | None = None
) -> CodeSent:
    """Sends a code that confirms `action` ("agreement.sign") on `subject_hash` (a document's hash in hexadecimal).

    It goes to the phone, or to the e-mail address of somebody without one. The newest code counts. Raises
    PersonNotFound, ChannelUnfit, CodeTooSoon, CallUnexpected.
    """
    person = await people.get(tx, vault, user_id)
    if person is None or not person.contacts:
        raise PersonNotFound
    by_email = channel is CodeChannel.EMAIL
    contact = next((one for one in person.contacts if by_email == (one.email is not None)), person.contacts[0])
    wanted = Wanted(
        purpose=Purpose.STEP_UP,
        contact=contact,
        channel=outgoing.channel_for(contact, channel),
        locale=person.locale,
        template="step_up_code",
        params={"tenant": (await tenant_profile(tx)).name, "action": action},
        person_id=user_id,
        action=action,
        subject=subject_hash,
    )
    return await send_code(tx, await vault.keyring(tx), wanted)


async def verify_step_up(  # noqa: PLR0917  (said in this order wherever something is signed)
    tx: Tx, vault: Vault, user_id: UUID, action: str, subject_hash: str, code: str
) -> tuple[str, ...]:
    """Uses up the code of this very action and subject. Gives how it was come by (RFC 8176). Raises StepUpRefused.

    A wrong try counts even though the transaction comes to nothing by it.
    """
    ring = await vault.keyring(tx)
    stored = await challenges.lock_step_up(tx, ring, user_id, action, subject_hash)
    if stored is None:
        raise StepUpRefused
    challenge_id = stored.challenge.id
    bound_to = binding(Purpose.STEP_UP, challenge_id, action, subject_hash)
    matches = code_matches(ring.pepper(PEPPER), code, stored.secret_hash, *bound_to)
    judged, verdict = attempt(stored.challenge, matches=matches, now=tx.now)
    if verdict is Verdict.WRONG:
        tx.trace_if_refused(lambda trace: challenges.count_wrong(trace, challenge_id, RULES.tries))
    if verdict is not Verdict.RIGHT:
        raise StepUpRefused
    await challenges.save(tx, judged)
    await audit.record(tx, "step_up.confirmed", f"person:{user_id}", confirmed=action, challenge_id=challenge_id)
    return stored.methods or ("otp",)


async def vouch(
    tx: Tx, vault: Vault, person: Person, action: str, subject_hash: str, *, methods: tuple[str, ...]
) -> str:
    """A code for an action that its person has confirmed by `methods`; it is told to their session and sent to nobody.

    The caller has made sure of both.
    """
    ring, challenge_id, code = await vault.keyring(tx), new_id(), new_code()
    bound_to = binding(Purpose.STEP_UP, challenge_id, action, subject_hash)
    new = challenges.New(
        id=challenge_id,
        purpose=Purpose.STEP_UP,
        contact=person.contacts[0],
        secret_hash=hash_code(ring.pepper(PEPPER), code, *bound_to),
        expires_at=tx.now + VOUCHED_FOR,
        person_id=person.id,
        action=action,
        subject=subject_hash,
        methods=methods,
        sent=False,
    )
    await challenges.add(tx, ring, new)
    return code
