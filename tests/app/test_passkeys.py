"""Passkeys in the app: what is kept while the page is open, what is redeemed, and what is said when nothing came."""

import base64
import hashlib
from datetime import datetime

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from app.stores.passkeys import Pending, Vouched
from shared.api.agreements import AgreementStatus
from shared.api.compliance import DeletionStatus
from shared.api.identity import CodeSent, SignInOut, SignInStatus, TokensOut
from shared.api.passkeys import CeremonyOut, CeremonyPurpose, PasskeyStepUpOut
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import OFFLINE, DeviceInMemory, Table, show

PAGE = "http://app.test/passkey?language=en#ticket=cpt.x"
BEGUN = CeremonyOut(url=PAGE, expires_at=samples.FAR)
SENT = CodeSent(
    challenge_id=help_samples.PASSKEY.id, sent_to="+234•••67", expires_at=samples.FAR, resend_at=samples.NOW, digits=6
)
TOKENS = TokensOut(access_token="a" * 20, refresh_token="r" * 20, expires_in=300)
BACK = "/passkey/done?code=cpc.code-that-came-back"
ENDED = ("POST", "/v1/me/deletion")
LIST = "GET /v1/me/passkeys"


def waiting(device: DeviceInMemory, purpose: CeremonyPurpose, place: str = "/loans") -> DeviceInMemory:
    pending = Pending(purpose=purpose, verifier="v" * 43, next=place)
    device.secrets["passkey"] = msgspec.json.encode(pending).decode()
    return device


async def test_a_sign_in_opens_the_page_and_keeps_what_its_code_is_redeemed_with() -> None:
    device = DeviceInMemory(signed_in=False)
    table = Table({"POST /v1/auth/passkeys": BEGUN})
    window = await show("/sign-in?next=%2Floans", table=table, device=device)

    await window.press("passkey-sign-in")

    await window.until(lambda: bool(device.opened))
    assert device.opened == [PAGE]
    kept = msgspec.json.decode(device.secrets["passkey"], type=Pending)
    assert (kept.purpose, kept.next) == (CeremonyPurpose.SIGN_IN, "/loans")
    sent = msgspec.json.decode(next(each for each in table.asked if each.url.path == "/v1/auth/passkeys").content)
    digest = base64.urlsafe_b64encode(hashlib.sha256(kept.verifier.encode()).digest()).rstrip(b"=").decode()
    assert (sent["verifier_hash"], sent["back"]) == (digest, "web")
    assert kept.verifier not in str(sent)


async def test_the_code_that_came_back_signs_in_and_leads_on_to_where_one_was_going() -> None:
    device = waiting(DeviceInMemory(signed_in=False), CeremonyPurpose.SIGN_IN)
    table = Table({"POST /v1/auth/passkeys/redeem": SignInOut(status=SignInStatus.SIGNED_IN, tokens=TOKENS)})

    window = await show(BACK, table=table, device=device)

    await window.until(lambda: window.page.route == "/loans")
    (redeemed,) = [each for each in table.asked if each.url.path == "/v1/auth/passkeys/redeem"]
    sent = msgspec.json.decode(redeemed.content)
    assert (sent["code"], sent["verifier"]) == ("cpc.code-that-came-back", "v" * 43)
    assert "passkey" not in device.secrets


async def test_a_code_that_this_device_did_not_ask_for_is_not_even_tried() -> None:
    table = Table()

    window = await show(BACK, table=table, device=DeviceInMemory(signed_in=False))

    await window.until(lambda: "Nothing was changed" in window.words)
    assert not [each for each in table.asked if each.method == "POST"]


async def test_whoever_comes_back_without_a_code_is_told_that_nothing_was_done() -> None:
    device = waiting(DeviceInMemory(), CeremonyPurpose.ADD, "/profile/passkeys")
    table = Table()
    window = await show("/passkey/done", table=table, device=device)
    await window.until(lambda: "Nothing was changed" in window.words)

    await window.press("passkey-back")

    await window.until(lambda: window.page.route == "/profile/passkeys")
    assert not [each for each in table.asked if each.method == "POST"]
    assert "passkey" not in device.secrets


@pytest.mark.parametrize("answer", [(401, "passkey_refused"), OFFLINE])
async def test_a_code_that_is_refused_says_why_and_offers_the_other_ways(answer: object) -> None:
    device = waiting(DeviceInMemory(signed_in=False), CeremonyPurpose.SIGN_IN)

    window = await show(BACK, table=Table({"POST /v1/auth/passkeys/redeem": answer}), device=device)

    await window.until(lambda: bool(window.all(ft.Semantics, identifier="another-way")))
    assert "tokens" not in device.secrets
    assert "The platform says passkey_refused." in window.words or "offline" in window.words.lower()


async def test_a_passkey_is_added_after_a_code_for_that_alone() -> None:
    device, table = DeviceInMemory(), Table({LIST: [], "POST /v1/auth/step-up": SENT})
    table.set("POST /v1/me/passkeys/begin", BEGUN)
    window = await show("/profile/passkeys", table=table, device=device)
    await window.until(lambda: "No passkey yet" in window.words)
    await window.press("add-passkey")
    await window.until(lambda: "Confirm with the code" in window.words)
    await window.write("Code", "123456")
    await window.until(lambda: bool(device.opened))
    step_up = next(each for each in table.asked if each.url.path == "/v1/auth/step-up")
    assert msgspec.json.decode(step_up.content)["action"] == "passkey.add"
    begun = next(each for each in table.asked if each.url.path == "/v1/me/passkeys/begin")
    assert msgspec.json.decode(begun.content)["step_up_code"] == "123456"

    table.set("POST /v1/me/passkeys", help_samples.PASSKEY)
    table.set(LIST, [help_samples.PASSKEY])
    window = await show(BACK, table=table, device=device)

    await window.until(lambda: "Added here" in window.words)
    assert window.page.route == "/profile/passkeys"


async def test_an_answer_that_was_lost_is_asked_for_again_and_adds_one_passkey() -> None:
    device = waiting(DeviceInMemory(), CeremonyPurpose.ADD, "/profile/passkeys")
    table = Table({"POST /v1/me/passkeys": OFFLINE, LIST: []})
    window = await show(BACK, table=table, device=device)
    await window.until(lambda: bool(window.all(ft.Semantics, identifier="passkey-again")))
    assert "passkey" in device.secrets

    table.set("POST /v1/me/passkeys", help_samples.PASSKEY)
    table.set(LIST, [help_samples.PASSKEY])
    await window.press("passkey-again")

    await window.until(lambda: "Added here" in window.words)
    sent = [each.content for each in table.asked if (each.method, each.url.path) == ("POST", "/v1/me/passkeys")]
    assert len(set(sent)) == 1
    assert "passkey" not in device.secrets


async def test_a_passkey_signs_the_very_agreement_that_was_read() -> None:
    device, table = DeviceInMemory(), Table({"POST /v1/auth/passkeys/step-up": BEGUN})
    place, path = f"/agreements/{samples.AGREEMENT}", f"/v1/agreements/{samples.AGREEMENT}"
    window = await show(place, table=table, device=device)
    await window.until(lambda: bool(window.all(ft.Checkbox)))
    for each in window.all(ft.Checkbox):
        await window.fire(each, "change", value=True)
    await window.press("sign-passkey")
    await window.until(lambda: bool(device.opened))
    begun = next(each for each in table.asked if each.url.path == "/v1/auth/passkeys/step-up")
    asked = msgspec.json.decode(begun.content)
    assert (asked["action"], asked["subject"]) == ("agreement.sign", "a" * 64)

    vouched = PasskeyStepUpOut(code="654321", expires_at=samples.FAR)
    table.set("POST /v1/auth/passkeys/step-up/redeem", vouched)
    table.set(f"POST {path}/sign", samples.agreement(AgreementStatus.SIGNED))
    window = await show(BACK, table=table, device=device)

    await window.until(lambda: any(each.url.path == f"{path}/sign" for each in table.asked))
    signed = msgspec.json.decode(next(each for each in table.asked if each.url.path == f"{path}/sign").content)
    assert (signed["code"], signed["signing_hash"]) == ("654321", "a" * 64)
    await window.until(lambda: "You may change your mind" in window.words)
    assert window.page.route == place


@pytest.mark.parametrize(("expires_at", "signs"), [(samples.FAR, 1), (samples.NOW, 0)])
async def test_a_window_that_was_lost_on_the_way_signs_what_was_just_confirmed(
    expires_at: datetime, signs: int
) -> None:
    device, path = DeviceInMemory(), f"/v1/agreements/{samples.AGREEMENT}"
    vouched = Vouched(action="agreement.sign", subject="a" * 64, code="654321", expires_at=expires_at)
    device.secrets["vouched"] = msgspec.json.encode(vouched).decode()
    table = Table({f"POST {path}/sign": samples.agreement(AgreementStatus.SIGNED)})

    window = await show(f"/agreements/{samples.AGREEMENT}", table=table, device=device)

    await window.until(lambda: ("You may change your mind" if signs else "Read and sign") in window.words)
    await window.settle(40)
    assert len([each for each in table.asked if each.url.path == f"{path}/sign"]) == signs
    assert "vouched" not in device.secrets


async def test_what_was_confirmed_for_another_text_signs_nothing() -> None:
    device = DeviceInMemory()
    pending = Pending(
        purpose=CeremonyPurpose.STEP_UP,
        verifier="v" * 43,
        next=f"/agreements/{samples.AGREEMENT}",
        action="agreement.sign",
        subject="b" * 64,
    )
    device.secrets["passkey"] = msgspec.json.encode(pending).decode()
    table = Table({"POST /v1/auth/passkeys/step-up/redeem": PasskeyStepUpOut(code="654321", expires_at=samples.FAR)})

    window = await show(BACK, table=table, device=device)

    await window.until(lambda: "Key facts" in window.words)
    await window.settle(40)
    assert not [each for each in table.asked if each.url.path.endswith("/sign")]


async def test_a_passkey_confirms_the_end_of_the_account() -> None:
    device, table = DeviceInMemory(), Table({"POST /v1/auth/passkeys/step-up": BEGUN})
    window = await show("/profile/end-account", table=table, device=device)
    await window.until(lambda: bool(window.all(ft.Checkbox)))
    for each in window.all(ft.Checkbox):
        await window.fire(each, "change", value=True)
    await window.press("end-passkey")
    await window.until(lambda: bool(device.opened))
    table.set("POST /v1/auth/passkeys/step-up/redeem", PasskeyStepUpOut(code="654321", expires_at=samples.FAR))
    table.set("POST /v1/me/deletion", help_samples.deletion([], DeletionStatus.WAITING).request)

    await show(BACK, table=table, device=device)

    await window.until(lambda: any((each.method, each.url.path) == ENDED for each in table.asked))
    begun = next(each for each in table.asked if each.url.path == "/v1/auth/passkeys/step-up")
    wish = msgspec.json.decode(begun.content)
    assert (wish["action"], wish["subject"]) == ("person.delete", str(samples.PERSON.id))
    asked = [each for each in table.asked if (each.method, each.url.path) == ENDED]
    assert [msgspec.json.decode(each.content) for each in asked] == [{"code": "654321"}]


async def test_a_wrong_code_opens_no_page() -> None:
    device, table = DeviceInMemory(), Table({LIST: [], "POST /v1/auth/step-up": SENT})
    table.set("POST /v1/me/passkeys/begin", (403, "step_up_refused"))
    window = await show("/profile/passkeys", table=table, device=device)
    await window.until(lambda: "No passkey yet" in window.words)
    await window.press("add-passkey")
    await window.until(lambda: "Confirm with the code" in window.words)

    await window.write("Code", "000000")

    await window.until(lambda: "The platform says step_up_refused." in window.words)
    assert device.opened == []
    assert "passkey" not in device.secrets


async def test_one_is_renamed_and_one_is_removed_after_a_question() -> None:
    one = help_samples.PASSKEY
    path = f"/v1/me/passkeys/{one.id}"
    table = Table({f"PATCH {path}": replace(one, name="Work"), f"DELETE {path}": {}})
    window = await show("/profile/passkeys", table=table)
    await window.until(lambda: "Ada's laptop" in window.words)

    await window.press(f"rename-{one.id}")
    await window.write("Name of the passkey", "Work")
    table.set(LIST, [replace(one, name="Work")])
    await window.press(f"save-{one.id}")
    await window.until(lambda: "Work" in window.words.splitlines())
    await window.press(f"remove-{one.id}")
    assert not [each for each in table.asked if each.method == "DELETE"]
    table.set(LIST, [])
    await window.press("confirm")

    await window.until(lambda: "No passkey yet" in window.words)
    assert [each.url.path for each in table.asked if each.method == "DELETE"] == [path]


@pytest.mark.parametrize("app_url", [None, "https://elsewhere.example"])
async def test_where_passkeys_can_not_be_used_none_is_offered(app_url: str | None) -> None:
    table = Table({"GET /v1/tenant": replace(samples.TENANT, app_url=app_url), LIST: []})

    door = await show("/sign-in", table=table, device=DeviceInMemory(signed_in=False))
    settings = await show("/profile/passkeys", table=table)

    await settings.until(lambda: "not from here" in settings.words)
    assert not door.all(ft.Semantics, identifier="passkey-sign-in")
    assert not settings.all(ft.Semantics, identifier="add-passkey")
