"""What the rail's answers mean: taken up, refused for good, or nothing at all."""

import httpx
import pytest

from backend.payments.adapters.sandbox import SandboxRail
from backend.payments.ports import REFERENCE_REUSED, RailAccount, RailRefused, RailSilent
from shared.money import Money

ACCOUNT = RailAccount(scheme="nuban", bank_code="058", account_number="0123456789", holder_name="Ada Obi")
CALLBACK = "http://platform.test/hooks"


def rail_answering(response: httpx.Response) -> SandboxRail:
    return SandboxRail("http://rail.test", "whsec_YQ==", transport=httpx.MockTransport(lambda _: response))


async def order_payout(response: httpx.Response) -> None:
    await rail_answering(response).send_payout("po-1", Money.of(5_00, "NGN"), ACCOUNT, CALLBACK)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_a_4xx_refuses_for_good_and_says_why(status: int) -> None:
    with pytest.raises(RailRefused) as refusal:
        await order_payout(httpx.Response(status, json={"code": "account_closed"}))

    assert refusal.value.reason == "account_closed"


@pytest.mark.parametrize("status", [408, 409, 425, 429])
async def test_not_now_is_no_refusal(status: int) -> None:
    with pytest.raises(RailSilent):
        await order_payout(httpx.Response(status, json={"code": "come_again"}))


@pytest.mark.parametrize("code", [REFERENCE_REUSED, "mandate_not_active"])
async def test_a_conflict_that_no_later_moment_resolves_is_a_refusal(code: str) -> None:
    with pytest.raises(RailRefused) as refusal:
        await order_payout(httpx.Response(409, json={"code": code}))

    assert refusal.value.reason == code


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(302, headers={"location": "http://elsewhere.test"}),
        httpx.Response(403, text="<html>Blocked on the way</html>"),
        httpx.Response(422, json=["no", "object"]),
        httpx.Response(500, json={"code": "account_closed"}),
        httpx.Response(504),
        httpx.Response(201, text="not JSON"),
        httpx.Response(201, json={"status": "settled"}),
    ],
    ids=lambda response: str(response.status_code),
)
async def test_whatever_else_comes_tells_nothing(response: httpx.Response) -> None:
    with pytest.raises(RailSilent):
        await order_payout(response)


@pytest.mark.parametrize("status", [400, 401, 409, 422, 429, 500])
async def test_a_question_is_never_refused_only_unanswered(status: int) -> None:
    rail = rail_answering(httpx.Response(status, json={"code": REFERENCE_REUSED}))

    with pytest.raises(RailSilent):
        await rail.find_payout("po-1")


async def test_a_rail_that_does_not_have_a_reference_says_so() -> None:
    assert await rail_answering(httpx.Response(404, json={"code": "unknown"})).find_payout("po-1") is None
