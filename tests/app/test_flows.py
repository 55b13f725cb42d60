"""What happens when things are pressed: the app's own wiring, without a browser."""

from datetime import timedelta
from uuid import UUID

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from app.platform.port import Picked
from shared.api.identity import CodeChannel, CodeSent, SignInOut, SignInStatus, TokensOut
from shared.api.servicing import LoanStatus
from shared.clock import FixedClock
from tests.builders import app_samples as samples
from tests.builders.app_stage import DeviceInMemory, Table, show

CHALLENGE = UUID(int=90)
SENT = CodeSent(challenge_id=CHALLENGE, sent_to="+234•••67", expires_at=samples.FAR, resend_at=samples.NOW, digits=6)
TOKENS = TokensOut(access_token="a", refresh_token="r", expires_in=900)


def stranger() -> DeviceInMemory:
    return DeviceInMemory(signed_in=False, language=None)


async def test_a_stranger_chooses_a_language_then_signs_up_and_is_taken_where_they_were_going() -> None:
    device, table = stranger(), Table()
    table.set("POST /v1/auth/codes", SENT)
    table.set("POST /v1/auth/sessions", SignInOut(status=SignInStatus.SIGN_UP, ticket="t" * 20))
    table.set("POST /v1/auth/sign-ups", SignInOut(status=SignInStatus.SIGNED_IN, tokens=TOKENS))
    window = await show("/loans", table=table, device=device)
    assert "Choose your language" in window.words

    await window.press("continue")
    await window.press("get-started")
    await window.write("Phone number", "08031234567")
    await window.press("send-code")
    await window.write("Code", "12 34-56")
    await window.until(lambda: "What is your name?" in window.words)
    await window.write("Full name", "Ada Obi")
    await window.press("name-done")
    assert "create-account" in _disabled(window)
    await window.fire(window.all(ft.Checkbox)[0], "change", value=True)
    await window.press("create-account")

    await window.until(lambda: window.page.route == "/loans" or "₦420,000.00" in window.words)
    assert "tokens" in device.secrets
    body = msgspec.json.decode(next(r for r in table.asked if r.url.path == "/v1/auth/sign-ups").content)
    assert body["name"] == "Ada Obi"
    assert body["consents"] == [{"kind": "terms", "version": "1", "locale": "en"}]


@pytest.mark.parametrize("signed_in", [False, True])
async def test_the_link_of_an_e_mail_leads_into_the_app_and_changes_nobody_who_is_signed_in(*, signed_in: bool) -> None:
    table = Table({"POST /v1/auth/magic-links/redeem": SignInOut(status=SignInStatus.SIGNED_IN, tokens=TOKENS)})

    window = await show("/sign-in/link?token=cml.x", table=table, device=DeviceInMemory(signed_in=signed_in))

    await window.until(lambda: "Available to borrow" in window.words)
    redeemed = [each for each in table.asked if each.url.path == "/v1/auth/magic-links/redeem"]
    assert len(redeemed) == (0 if signed_in else 1)


async def test_a_code_is_taken_in_the_digits_that_one_writes() -> None:
    table = Table({"POST /v1/auth/codes": SENT, "POST /v1/auth/sessions": (401, "wrong_code")})
    window = await show("/sign-in", table=table, device=stranger())
    await window.write("Phone number", "08031234567")
    await window.press("send-code")

    await window.write("Code", "١٢٣ ٤٥٦")

    await window.until(lambda: any(each.url.path == "/v1/auth/sessions" for each in table.asked))
    body = msgspec.json.decode(next(each for each in table.asked if each.url.path == "/v1/auth/sessions").content)
    assert body["code"] == "123456"


async def test_whoever_gets_no_code_is_called_and_answers_the_newest() -> None:
    clock, called = FixedClock(samples.NOW), UUID(int=91)
    lost = replace(SENT, resend_at=samples.NOW + timedelta(seconds=30), expires_at=samples.NOW + timedelta(minutes=10))
    device, table = stranger(), Table({"POST /v1/auth/codes": lost})
    window = await show("/sign-in", table=table, device=device, clock=clock)
    await window.write("Phone number", "08031234567")
    await window.press("send-code")
    await window.until(lambda: "New code in 31 seconds" in window.words)
    assert "Call me" not in window.words
    clock.advance(timedelta(seconds=31))
    await window.until(lambda: "Call me" in window.words)

    table.set("POST /v1/auth/codes", replace(SENT, challenge_id=called, channel=CodeChannel.VOICE))
    await window.press("call-me")
    await window.until(lambda: "We call +234•••67 and say 6 digits, twice." in window.words)
    again = await show("/sign-in", table=table, device=device, clock=clock)
    await again.until(lambda: "We call +234•••67 and say 6 digits, twice." in again.words)
    await window.write("Code", "123456")

    await window.until(lambda: any(each.url.path == "/v1/auth/sessions" for each in table.asked))
    sent = {each.url.path: msgspec.json.decode(each.content) for each in table.asked if each.method == "POST"}
    assert (sent["/v1/auth/codes"]["phone"], sent["/v1/auth/codes"]["channel"]) == ("08031234567", "voice")
    assert sent["/v1/auth/sessions"]["challenge_id"] == str(called)


async def test_no_call_is_offered_once_the_code_ran_out() -> None:
    clock = FixedClock(samples.NOW)
    table = Table({"POST /v1/auth/codes": replace(SENT, expires_at=samples.NOW + timedelta(minutes=10))})
    window = await show("/sign-in", table=table, device=stranger(), clock=clock)
    await window.write("Phone number", "08031234567")
    await window.press("send-code")
    await window.until(lambda: "Call me" in window.words)

    clock.advance(timedelta(minutes=10))

    await window.until(lambda: "Call me" not in window.words)
    assert "Send a new code" in window.words


async def test_an_e_mail_address_is_called_by_nobody() -> None:
    table = Table({"POST /v1/auth/codes": replace(SENT, channel=CodeChannel.EMAIL)})
    window = await show("/sign-in", table=table, device=stranger())
    await window.press("way-email")
    await window.write("E-mail address", "ada@example.com")
    await window.press("send-code")

    await window.until(lambda: "Send a new code" in window.words)
    assert "Call me" not in window.words


async def test_a_wrong_code_is_refused_in_the_platforms_words_and_nothing_is_kept() -> None:
    device, table = stranger(), Table()
    table.set("POST /v1/auth/codes", SENT)
    table.set("POST /v1/auth/sessions", (401, "wrong_code"))
    window = await show("/sign-in", table=table, device=device)

    await window.write("Phone number", "08031234567")
    await window.press("send-code")
    await window.write("Code", "123456")

    await window.until(lambda: "The platform says wrong_code." in window.words)
    assert set(device.secrets) == {"sign-in"}, "no session, only where the code was sent"


async def test_a_window_that_is_lost_while_a_code_is_on_its_way_goes_on_there_and_to_the_name_after_it() -> None:
    device, table = stranger(), Table()
    table.set("POST /v1/auth/codes", replace(SENT, expires_at=samples.FAR))
    table.set("POST /v1/auth/sessions", SignInOut(status=SignInStatus.SIGN_UP, ticket="t" * 20))
    table.set("POST /v1/auth/sign-ups", SignInOut(status=SignInStatus.SIGNED_IN, tokens=TOKENS))
    first = await show("/sign-in", table=table, device=device)
    await first.write("Phone number", "08031234567")
    await first.press("send-code")

    second = await show("/sign-in", table=table, device=device)
    await second.until(lambda: "+234•••67" in second.words)
    await second.write("Code", "123456")
    await second.until(lambda: "What is your name?" in second.words)
    await second.write("Full name", "Ada Obi")
    await second.press("name-done")
    third = await show("/sign-in", table=table, device=device)
    await third.until(lambda: any(each.value == "Ada Obi" for each in third.all(ft.TextField)))
    await third.press("name-done")
    await third.fire(third.all(ft.Checkbox)[0], "change", value=True)
    await third.press("create-account")

    await third.until(lambda: "tokens" in device.secrets)
    assert "sign-in" not in device.secrets
    assert [each.url.path for each in table.asked].count("/v1/auth/codes") == 1


async def test_a_code_that_ran_out_is_not_gone_on_with_and_leaving_the_page_gives_it_up() -> None:
    device, table, clock = stranger(), Table(), FixedClock(samples.NOW)
    table.set("POST /v1/auth/codes", replace(SENT, expires_at=samples.NOW + timedelta(minutes=5)))
    window = await show("/sign-in", table=table, device=device, clock=clock)
    await window.write("Phone number", "08031234567")
    await window.press("send-code")
    await window.until(lambda: "sign-in" in device.secrets)

    clock.advance(timedelta(minutes=5))
    late = await show("/sign-in", table=table, device=device, clock=clock)
    await late.until(lambda: "sign-in" not in device.secrets)
    assert "Sign in or sign up" in late.words

    await late.write("Phone number", "08031234567")
    await late.press("send-code")
    await late.until(lambda: "sign-in" in device.secrets)
    await late.press("back")
    assert "sign-in" not in device.secrets
    assert "Sign in or sign up" in late.words


async def test_a_session_that_ended_elsewhere_leads_to_the_welcome_and_back_after_it() -> None:
    table = Table()
    window = await show("/profile/devices", table=table)
    await window.until(lambda: "This device" in window.words)
    table.set("GET /v1/notifications", (401, "not_authenticated"))
    table.set("POST /v1/auth/refresh", (401, "not_authenticated"))

    window.page.navigate("/inbox")

    await window.until(lambda: "Get started" in window.words)


async def test_a_link_to_a_place_nobody_may_see_without_signing_in_shows_nothing_of_it() -> None:
    table = Table()

    window = await show(f"/loans/{samples.LOAN}", table=table, device=stranger())

    assert "Choose your language" in window.words
    assert [request.url.path for request in table.asked] == ["/v1/tenant"]


async def test_whoever_is_not_signed_in_is_never_shown_a_home_before_the_welcome() -> None:
    window = await show("/", device=stranger())
    assert "Choose your language" in window.words
    assert not window.ever_showed("tab-home")

    member = await show("/")

    assert member.ever_showed("tab-home")
    assert not member.ever_showed("language-ar")


async def test_an_identity_task_is_uploaded_and_handed_in() -> None:
    device, table = DeviceInMemory(), Table()
    device.files = [Picked(name="face.jpg", content=b"\xff\xd8")]
    table.set("POST /v1/documents", _document())
    table.set(f"PUT /v1/kyc/{samples.CASE}/selfie", samples.case())
    window = await show("/kyc/selfie", table=table, device=device)
    await window.until(lambda: "A picture of your face" in window.words)
    assert "save-task" in _disabled(window)

    await window.press("upload-selfie")
    await window.until(lambda: "Received: face.jpg" in window.words)
    await window.press("save-task")

    await window.until(lambda: window.page.route == "/kyc")
    handed = next(r for r in table.asked if r.url.path.endswith("/selfie"))
    assert msgspec.json.decode(handed.content) == {"document_id": str(UUID(int=91)), "liveness_reference": None}


async def test_a_payment_that_was_set_going_is_taken_up_after_a_restart_and_ends_in_a_receipt() -> None:
    device, table = DeviceInMemory(), Table()
    table.set(f"GET /v1/loans/{samples.LOAN}/transactions", _page())
    window = await show(f"/loans/{samples.LOAN}/pay", table=table, device=device)
    await window.until(lambda: "How much?" in window.words)
    await window.press("set-going")
    await window.until(lambda: "9688383985" in window.words)

    again = await show(f"/loans/{samples.LOAN}/pay", table=table, device=device)
    await again.until(lambda: "Payment under way" in again.words)
    arrived = msgspec.structs.replace(samples.REPAYMENT, entered_at=samples.FAR)
    table.set(f"GET /v1/loans/{samples.LOAN}/transactions", _page(arrived))

    await again.until(lambda: "Payment received" in again.words, within_s=6)
    assert not [name for name in device.secrets if "paying" in name]


async def test_nothing_is_set_going_for_a_loan_that_is_closed() -> None:
    table = Table({f"GET /v1/loans/{samples.LOAN}": samples.loan(LoanStatus.CLOSED)})

    window = await show(f"/loans/{samples.LOAN}/pay", table=table)

    await window.until(lambda: "Nothing to pay" in window.words)
    assert not [each for each in window.all(ft.Semantics) if each.identifier == "set-going"]


async def test_the_calendar_is_given_as_a_file() -> None:
    device = DeviceInMemory()
    window = await show(f"/calendar?loan_id={samples.LOAN}", device=device)
    await window.until(lambda: "Add to my calendar" in window.words)

    await window.press("export-calendar")

    await window.until(lambda: bool(device.saved))
    name, content = device.saved[0]
    assert name == "repayments.ics"
    assert content.count(b"BEGIN:VEVENT") == 2


async def test_language_and_theme_change_what_shows_at_once_and_stay() -> None:
    device, table = DeviceInMemory(), Table({"PATCH /v1/me": samples.PERSON})
    window = await show("/profile/language", table=table, device=device)
    await window.until(lambda: "العربية" in window.words)

    await window.press("language-ar")

    await window.until(lambda: window.page.rtl is True)
    assert device.settings["language"] == "ar"

    window.page.navigate("/profile/appearance")
    await window.until(lambda: bool([e for e in window.all(ft.Semantics) if e.identifier == "theme-dark"]))
    await window.press("theme-dark")
    await window.until(lambda: window.page.theme_mode is ft.ThemeMode.DARK)
    assert device.settings["theme"] == "dark"


async def test_the_gallery_is_there_for_developers_and_for_nobody_else() -> None:
    shown = await show("/gallery", development=True)
    await shown.until(lambda: "Gallery" in shown.words)
    hidden = await show("/gallery")
    await hidden.until(lambda: "This page is not there" in hidden.words)


async def test_a_button_whose_work_goes_on_can_not_be_pressed_again() -> None:
    table = Table()
    table.set("POST /v1/auth/codes", "never")
    window = await show("/sign-in", table=table, device=stranger())
    await window.write("Phone number", "08031234567")
    button = window.named("send-code")

    await window.fire(button, "click")
    await window.fire(button, "click")
    await window.fire(window.named("send-code"), "click")

    assert [r.url.path for r in table.asked].count("/v1/auth/codes") == 1
    assert "send-code" in _disabled(window)


@pytest.mark.parametrize("answer", [(409, "offer_expired"), "broken", "offline"])
async def test_an_offer_that_can_not_be_taken_says_why_and_takes_nobody_further(answer: object) -> None:
    from shared.api.applications import ApplicationStatus

    table = Table({f"GET /v1/applications/{samples.APPLICATION}": samples.application(ApplicationStatus.OFFERED)})
    offer = samples.OFFERS.offers[0]
    table.set(f"POST /v1/offers/{offer.id}/accept", answer)
    window = await show(f"/applications/{samples.APPLICATION}", table=table)
    await window.until(lambda: "Lowest total cost" in window.words)

    await window.press("take-lender-1")

    told = {"broken": "internal_error", "offline": "You are offline"}.get(str(answer), "offer_expired")
    await window.until(lambda: told in window.words)
    assert window.page.route == f"/applications/{samples.APPLICATION}"


def _page(*items: object) -> dict[str, object]:
    return {"items": list(items), "next_cursor": None}


def _document() -> dict[str, object]:
    return {
        "id": str(UUID(int=91)),
        "purpose": "selfie",
        "media_type": "image/jpeg",
        "size": 2,
        "sha256": "0" * 64,
        "created_at": samples.NOW.isoformat(),
    }


def _disabled(window: object) -> set[str]:
    """The identifiers of what can't be pressed now."""
    found: set[str] = set()
    for each in window.all(ft.Semantics):  # type: ignore[attr-defined]
        if each.identifier and isinstance(each.content, ft.TextButton) and each.content.disabled:
            found.add(each.identifier)
    return found


async def test_a_button_is_free_again_as_soon_as_its_work_is_done_though_its_words_still_show() -> None:
    device = DeviceInMemory()
    window = await show(f"/calendar?loan_id={samples.LOAN}", device=device)
    await window.until(lambda: "Add to my calendar" in window.words)

    await window.press("export-calendar")

    await window.until(lambda: "Saved. Open the file" in window.words, within_s=2)
    assert len(device.saved) == 1
    assert "export-calendar" not in _disabled(window)
