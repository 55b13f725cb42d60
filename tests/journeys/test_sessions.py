"""Signing in and staying signed in: rotation, a stolen token, a lost phone, a second factor, a link."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from backend.cli import papers
from backend.cli.phone import newest_at, read_code, sign_in
from backend.cli.waiting import until
from shared.api.consents import ConsentIn
from shared.api.identity import (
    CodeRequest,
    DeviceIn,
    LinkRedeem,
    LinkRequest,
    SecondFactorIn,
    SignInOut,
    SignInRequest,
    SignInStatus,
    SignUpRequest,
    TokensOut,
)
from shared.client import AsyncClient
from shared.client.errors import ApiError, NotAuthenticated, SessionExpired
from tests.builders.houses import Applicant, House, Street
from tests.journeys.abreast import journey

_TOKEN = re.compile(r"#token=(\S+)")
OUT_WITHIN_S = 3.0


async def pair_of(client: AsyncClient) -> TokensOut:
    """The tokens that a client holds, with an access token that the API does not take: the next call must refresh."""
    tokens = await client.tokens.load()
    assert tokens is not None
    assert tokens.refresh_token is not None
    return TokensOut(access_token="no-token", refresh_token=tokens.refresh_token, expires_in=900)


async def first_step(client: AsyncClient, phone: str, device: str = "Ada's phone") -> SignInOut:
    before = await newest_at(client, phone)
    sent = await client.identity.request_code(CodeRequest(phone=phone))
    code = await read_code(client, phone, since=before)
    return await client.identity.sign_in(
        SignInRequest(challenge_id=sent.challenge_id, code=code, device=DeviceIn(name=device))
    )


async def arrives(house: House) -> Applicant:
    applicant = house.newcomer()
    await applicant.sign_up()
    return applicant


@journey
async def test_refresh_tokens_rotate_and_a_copied_one_ends_the_session(road: Street) -> None:
    house = await road.quiet_house()
    ada = await arrives(house)
    copied = await pair_of(ada.client)
    thief = house.client.as_user()
    await thief.adopt(copied)

    await ada.client.adopt(copied)
    me = await ada.client.identity.me()
    rotated = await pair_of(ada.client)
    assert rotated.refresh_token != copied.refresh_token
    with pytest.raises(SessionExpired):
        await thief.identity.me()

    assert me.name == ada.name
    with pytest.raises(SessionExpired):  # nobody can tell the thief from Ada, so she signs in again too
        await until(ada.client.identity.me, lambda _: False, "the end of the session", patience_s=OUT_WITHIN_S)
    await sign_in(ada.client, ada.phone, ada.name)
    assert (await ada.client.identity.me()).id == me.id


@journey
async def test_a_lost_phone_is_out_within_seconds_and_the_other_stays_in(road: Street) -> None:
    house = await road.quiet_house()
    ada = await arrives(house)
    lost = house.client.as_user()
    assert (await first_step(lost, ada.phone, "Lost phone")).status is SignInStatus.SIGNED_IN
    sessions = await ada.client.identity.sessions()
    (found,) = [each for each in sessions if each.device == "Lost phone"]
    assert (len(sessions), found.current) == (2, False)

    await ada.client.identity.end_session(found.id)
    ended_at = datetime.now(UTC)
    with pytest.raises((NotAuthenticated, SessionExpired)):
        await until(lost.identity.me, lambda _: False, "the phone to be out", patience_s=OUT_WITHIN_S)

    assert datetime.now(UTC) - ended_at < timedelta(seconds=OUT_WITHIN_S)
    assert [each.current for each in await ada.client.identity.sessions()] == [True]


@journey
async def test_signing_out_ends_the_session_here_and_there(road: Street) -> None:
    house = await road.quiet_house()
    ada = await arrives(house)
    kept = await pair_of(ada.client)

    await ada.client.identity.sign_out()

    assert await ada.client.tokens.load() is None
    other = house.client.as_user()
    await other.adopt(kept)
    with pytest.raises(SessionExpired):
        await other.identity.me()


@journey
async def test_an_authenticator_is_asked_for_at_the_next_sign_in_and_each_code_works_once(road: Street) -> None:
    house = await road.quiet_house()
    ada = await arrives(house)
    begun = await ada.client.identity.begin_authenticator()
    generator = pyotp.TOTP(begun.secret)
    now = datetime.now(UTC)
    recovery = await ada.client.identity.confirm_authenticator(generator.at(now))
    second = house.client.as_user()

    proven = await first_step(second, ada.phone)
    assert (proven.status, proven.tokens) == (SignInStatus.SECOND_FACTOR, None)
    assert proven.ticket is not None
    with pytest.raises(NotAuthenticated):
        await second.identity.me()
    with pytest.raises(ApiError) as used:
        await second.identity.add_second_factor(SecondFactorIn(ticket=proven.ticket, code=generator.at(now)))
    following = generator.at(now + timedelta(seconds=30))
    done = await second.identity.add_second_factor(SecondFactorIn(ticket=proven.ticket, code=following))

    assert used.value.status == 401
    assert done.status is SignInStatus.SIGNED_IN
    assert (await second.identity.me()).second_factor
    assert [each.second_factor for each in await second.identity.sessions() if each.current] == [True]
    third = house.client.as_user()
    again = await first_step(third, ada.phone)
    spare = SecondFactorIn(ticket=again.ticket or "", code=recovery.recovery_codes[0])
    assert (await third.identity.add_second_factor(spare)).status is SignInStatus.SIGNED_IN
    fourth = house.client.as_user()
    once_more = await first_step(fourth, ada.phone)
    with pytest.raises(NotAuthenticated):
        await fourth.identity.add_second_factor(SecondFactorIn(ticket=once_more.ticket or "", code=spare.code))


@journey
async def test_a_link_signs_up_and_in_and_works_once(road: Street) -> None:
    house = await road.quiet_house()
    client = house.client.as_user()
    email = f"ada.{papers.digits(10)}@example.com"

    token = await link_to(client, email)
    new = await client.identity.redeem_link(LinkRedeem(token=token))
    assert new.status is SignInStatus.SIGN_UP
    texts = await client.identity.consent_texts()
    consents = [ConsentIn(kind=text.kind, version=text.version) for text in texts if text.required]
    body = SignUpRequest(ticket=new.ticket or "", name="Ada Pass", consents=consents)
    assert (await client.identity.sign_up(body)).status is SignInStatus.SIGNED_IN
    with pytest.raises(NotAuthenticated):
        await client.identity.redeem_link(LinkRedeem(token=token))

    other = house.client.as_user()
    known = await other.identity.redeem_link(LinkRedeem(token=await link_to(other, email)))
    assert known.status is SignInStatus.SIGNED_IN
    assert (await other.identity.me()).id == (await client.identity.me()).id
    assert (await other.identity.me()).email == email


async def link_to(client: AsyncClient, email: str) -> str:
    before = await newest_at(client, email)
    await client.identity.request_link(LinkRequest(email=email))
    message = await client.sandbox.wait_for_message(email, since=before, timeout_s=30)
    found = _TOKEN.search(message.text)
    assert found is not None
    return found.group(1)


@journey
async def test_calls_that_need_new_tokens_at_the_same_moment_refresh_once(road: Street) -> None:
    house = await road.quiet_house()
    ada = await arrives(house)
    await ada.client.adopt(await pair_of(ada.client))

    answers = await asyncio.gather(*(ada.client.identity.me() for _ in range(10)))

    assert len({answer.id for answer in answers}) == 1
    (session,) = await ada.client.identity.sessions()
    assert session.current
