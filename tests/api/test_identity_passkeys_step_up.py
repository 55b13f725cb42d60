"""A passkey in place of a code: good for one action on one subject, in one session, once."""

import asyncio
from typing import Any

import httpx
import pytest

from backend import identity
from backend.identity import TenantProfile
from backend.identity.passkey_tables import passkey, passkey_ceremony
from backend.identity.tables import challenge
from backend.kernel.db import Tx
from backend.kernel.module import Module, Services
from backend.kernel.scope import Scope
from tests.builders.identity import Browser, audited, count, problem
from tests.builders.passkeys import (
    WITH_APP,
    Ceremony,
    SoftAuthenticator,
    add_passkey,
    answered_sign_in,
    stranger,
    verifier_pair,
)

ADA, DOCUMENT = "+2348031234567", "ab" * 32
SIGNING = {"action": "agreement.sign", "subject": DOCUMENT}
BEGIN, REDEEM = "/auth/passkeys/step-up", "/auth/passkeys/step-up/redeem"


@pytest.fixture(scope="module")
def modules(services: Services) -> list[Module]:
    return [identity.module(services)]


@pytest.fixture
def profile() -> TenantProfile:
    return WITH_APP


async def answered(browser: Browser, authenticator: SoftAuthenticator, **wish: str) -> dict[str, str]:
    """What is redeemed once the page has ended."""
    ceremony = await Ceremony.begin(browser, BEGIN, **(SIGNING | wish))
    options = await ceremony.options(browser)
    assert [each["type"] for each in options["allowCredentials"]] == ["public-key"]
    answer = await ceremony.answer(browser, authenticator.get(options))
    assert answer.status_code == 200, answer.text
    return {"code": answer.json()["code"], "verifier": ceremony.verifier}


async def verified(browser: Browser, code: str, *, action: str = "agreement.sign", subject: str = DOCUMENT) -> Any:
    """What signing makes of a code: how it was come by, or the refusal."""
    me = (await browser.get("/me")).json()["id"]

    async def verify(tx: Tx) -> Any:
        return await identity.verify_step_up(tx, browser.services.vault, me, action, subject, code)

    try:
        async with browser.services.database.write(Scope.system(browser.tenant.id, "test")) as tx:
            return await verify(tx)
    except identity.StepUpRefused as refusal:
        return refusal


async def test_a_passkey_confirms_what_it_was_asked_about_once(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    sent_before = len(await challenges_sent(ada))

    answer = await ada.post(REDEEM, await answered(ada, phone))
    code = answer.json()["code"]

    assert answer.status_code == 200, answer.text
    assert isinstance(await verified(ada, code, subject="cd" * 32), identity.StepUpRefused)
    assert isinstance(await verified(ada, code, action="person.delete"), identity.StepUpRefused)
    assert identity.PASSKEY in await verified(ada, code)
    assert isinstance(await verified(ada, code), identity.StepUpRefused)
    assert len(await challenges_sent(ada)) == sent_before
    assert await audited(ada, "step_up.by_passkey") == 1


async def challenges_sent(browser: Browser) -> list[Any]:
    async with browser.services.database.read(Scope.system(browser.tenant.id, "test")) as tx:
        return list(await tx.all(challenge.select().where(challenge.c.sent)))


async def test_a_code_that_was_sent_is_the_other_way_and_says_so(ada: Browser) -> None:
    await ada.post("/auth/step-up", SIGNING)

    assert identity.PASSKEY not in await verified(ada, await ada.code())


async def test_the_same_code_redeemed_twice_at_once_vouches_once(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    good = await answered(ada, phone)

    answers = await asyncio.gather(*(ada.post(REDEEM, good) for _ in range(6)))

    assert sorted(each.status_code for each in answers) == [200, *[403] * 5]
    assert await audited(ada, "step_up.by_passkey") == 1


async def test_another_session_another_verifier_or_another_kind_of_code_confirms_nothing(ada: Browser) -> None:
    phone = SoftAuthenticator()
    await add_passkey(ada, phone)
    elsewhere = Browser(ada.http, ada.services, ada.tenant, ada.contact)
    await elsewhere.prove()
    before = await count(ada, challenge)

    answers = [
        await elsewhere.post(REDEEM, await answered(ada, phone)),
        await ada.post(REDEEM, await answered(ada, phone) | {"verifier": verifier_pair()[0]}),
        await ada.post(REDEEM, await answered_sign_in(ada, phone)),
        await ada.post("/auth/passkeys/redeem", await answered(ada, phone)),
    ]

    assert [each.status_code for each in answers] == [403, 403, 401, 401]
    assert await count(ada, challenge) == before


async def test_somebody_elses_passkey_confirms_nothing(ada: Browser) -> None:
    phone, eves = SoftAuthenticator(), SoftAuthenticator()
    await add_passkey(ada, phone)
    eve = stranger(ada)
    await eve.sign_up("Eve")
    await add_passkey(eve, eves)
    ceremony = await Ceremony.begin(ada, BEGIN, **SIGNING)
    options = await ceremony.options(ada)

    refused = await ceremony.answer(ada, eves.get(options | {"allowCredentials": []}))

    assert problem(refused) == (401, "passkey_refused")
    assert await audited(ada, "step_up.by_passkey") == 0


async def test_a_passkey_removed_on_the_way_confirms_nothing(ada: Browser) -> None:
    phone = SoftAuthenticator()
    added = await add_passkey(ada, phone)
    good = await answered(ada, phone)
    await ada.http.delete(f"/v1/me/passkeys/{added['id']}", headers=ada.headers())

    assert problem(await ada.post(REDEEM, good)) == (403, "passkey_unconfirmed")
    assert await count(ada, passkey) == 0


async def test_adding_a_passkey_and_who_has_none_need_a_code(ada: Browser) -> None:
    without = await ada.post(BEGIN, {"verifier_hash": verifier_pair()[1], **SIGNING})
    await add_passkey(ada, SoftAuthenticator())
    before = await count(ada, passkey_ceremony)

    another = await ada.post(BEGIN, {"verifier_hash": verifier_pair()[1], **SIGNING, "action": "passkey.add"})

    assert [problem(without), problem(another)] == [(403, "step_up_needs_code")] * 2
    assert await count(ada, passkey_ceremony) == before


async def test_nobody_who_is_not_signed_in_begins_or_redeems(ada: Browser) -> None:
    someone = stranger(ada)
    answers: list[httpx.Response] = [
        await someone.post(BEGIN, {"verifier_hash": verifier_pair()[1], **SIGNING}),
        await someone.post(REDEEM, {"code": "x" * 20, "verifier": verifier_pair()[0]}),
    ]

    assert [each.status_code for each in answers] == [401, 401]
