"""The ways through the app: back is never a trap, a phone's own back is the arrow, another address is another place."""

from datetime import datetime, timedelta
from uuid import UUID

import flet as ft
import pytest
from flet.messaging.protocol import MessageAction
from msgspec.structs import replace

from app.routes import Route
from app.stores import query
from shared.api.agreements import AgreementStatus, AgreementSummary
from shared.api.applications import ApplicationStatus
from shared.api.identity import CodeSent
from shared.clock import FixedClock
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders.app_stage import NEVER, DeviceInMemory, Table, show
from tests.builders.flet_window import Window, _walk

LOAN, APPLICATION, AGREEMENT = samples.LOAN, samples.APPLICATION, samples.AGREEMENT
STANDS, DRAWN_UP = f"GET /v1/applications/{APPLICATION}", "GET /v1/agreements"


def agreements(status: AgreementStatus | None) -> Page[AgreementSummary]:
    if status is None:
        return Page(items=[])
    summary = AgreementSummary(
        id=AGREEMENT,
        application_id=APPLICATION,
        loan_id=LOAN,
        product_kind="line_of_credit",
        lender_name="Harbor Bank",
        status=status,
        amount=samples.ngn(60_000_000),
        drafted_at=samples.NOW,
        expires_at=None,
        signed_at=None,
    )
    return Page(items=[summary])


async def arrive(window: Window, address: str) -> None:
    """What a browser's own back, or a deep link, does: the address has changed."""
    await window.fire(window.page, "route_change", {"route": address}, route=address)


def pushed(window: Window) -> list[str]:
    """The addresses that the app itself went to."""
    calls = [each.body for each in window.client.sent if each.action == MessageAction.INVOKE_METHOD]
    return [call.args["route"] for call in calls if call.name == "push_route"]


async def press_back(window: Window) -> None:
    """A phone's own back, as its client asks the view."""
    await window.fire(window.all(ft.View)[0], "confirm_pop")


async def test_from_the_wait_for_an_agreement_one_is_led_on_and_can_go_back() -> None:
    table = Table({STANDS: samples.application(ApplicationStatus.ACCEPTED), DRAWN_UP: agreements(None)})
    window = await show(f"/applications/{APPLICATION}", table=table)
    await window.until(lambda: "Nearly there" in window.words)
    assert pushed(window) == []

    table.set(DRAWN_UP, agreements(AgreementStatus.READY))
    await window.until(lambda: window.page.route == f"/agreements/{AGREEMENT}")
    await arrive(window, f"/applications/{APPLICATION}")

    await window.until(lambda: "Read and sign" in window.words)
    assert pushed(window) == [f"/agreements/{AGREEMENT}"]
    await window.press("to-agreement")
    assert window.page.route == f"/agreements/{AGREEMENT}"


async def test_whoever_opens_an_application_whose_agreement_is_there_is_not_sent_on() -> None:
    stands = samples.application(ApplicationStatus.AGREEMENT_READY)

    window = await show(
        f"/applications/{APPLICATION}", table=Table({STANDS: stands, DRAWN_UP: agreements(AgreementStatus.READY)})
    )

    await window.until(lambda: "Read and sign" in window.words)
    assert pushed(window) == []


async def test_the_address_of_a_draft_that_is_handed_in_shows_the_application_and_leads_nowhere_by_itself() -> None:
    window = await show(
        f"/apply/{APPLICATION}", table=Table({STANDS: samples.application(ApplicationStatus.SUBMITTED)})
    )

    await window.until(lambda: "Your application" in window.words)
    assert pushed(window) == []
    assert window.page.route == f"/apply/{APPLICATION}"


async def test_each_page_of_an_application_has_an_address_that_back_finds_again() -> None:
    bare = replace(samples.application(), missing=["amount_minor", "instalments", "purpose"], purpose=None)
    table = Table({STANDS: bare, f"PATCH /v1/applications/{APPLICATION}": replace(bare, missing=["purpose"])})
    window = await show(f"/apply/{APPLICATION}", table=table)
    await window.until(lambda: "How much do you need?" in window.words)

    await window.press("next")
    await window.until(lambda: "In how many parts" in window.words)
    assert window.page.route == f"/apply/{APPLICATION}?step=term"
    await window.press("term-3")
    await window.press("next")
    await window.until(lambda: "step=purpose" in window.page.route)

    await arrive(window, f"/apply/{APPLICATION}?step=term")
    await window.until(lambda: "In how many parts" in window.words)
    await arrive(window, f"/apply/{APPLICATION}")
    await window.until(lambda: "How much do you need?" in window.words)
    assert pushed(window) == [f"/apply/{APPLICATION}?step=term", f"/apply/{APPLICATION}?step=purpose"]
    await press_back(window)
    assert window.page.route == "/apply"


async def test_an_answer_that_is_changed_is_found_by_back_too_and_a_step_of_no_page_is_the_first_that_is_open() -> None:
    window = await show(f"/apply/{APPLICATION}?step=nonsense")
    await window.until(lambda: "Check your answers" in window.words)

    await window.press("change-amount")
    await window.until(lambda: "How much do you need?" in window.words)
    assert window.page.route == f"/apply/{APPLICATION}?step=amount"
    await arrive(window, f"/apply/{APPLICATION}?step=check")

    await window.until(lambda: "Check your answers" in window.words)


async def test_a_link_from_one_loans_payment_to_anothers_leaves_nothing_of_the_first() -> None:
    other = UUID(int=77)
    device, table = DeviceInMemory(), Table()
    table.set(f"GET /v1/loans/{other}", replace(samples.loan(), id=other))
    table.set(f"GET /v1/loans/{other}/schedule", samples.SCHEDULE)
    table.set(f"GET /v1/loans/{other}/transactions", table.answers[f"GET /v1/loans/{LOAN}/transactions"])
    window = await show(f"/loans/{LOAN}/pay", table=table, device=device)
    await window.until(lambda: "How much?" in window.words)

    await arrive(window, f"/loans/{other}/pay")
    await window.until(lambda: any(each.url.path == f"/v1/loans/{other}" for each in table.asked))
    await window.until(lambda: "How much?" in window.words)
    await window.press("set-going")

    await window.until(lambda: any("paying" in name for name in device.secrets))
    assert [name.rpartition(".")[2] for name in device.secrets if "paying" in name] == [str(other)]


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/loans", "/"),
        (f"/loans/{LOAN}", "/loans"),
        (f"/loans/{LOAN}/pay", f"/loans/{LOAN}"),
        ("/profile/devices", "/profile"),
        ("/nowhere", "/"),
    ],
)
async def test_a_phones_own_back_goes_where_the_arrow_goes(address: str, leads: str) -> None:
    window = await show(address)
    assert window.all(ft.View)[0].can_pop is False

    await press_back(window)

    assert window.page.route == leads
    answers = [each.body for each in window.client.sent if each.action == MessageAction.INVOKE_METHOD]
    assert [each.args for each in answers if each.name == "confirm_pop"] == [{"should_pop": False}]


async def test_a_phones_own_back_turns_the_pages_of_what_is_being_told() -> None:
    window = await show(f"/loans/{LOAN}/disputes/new")
    await window.until(lambda: "What is it about?" in window.words)
    await window.press("about-missing")
    assert "Tell us more" in window.words

    await press_back(window)
    await window.until(lambda: "Tell us more" not in window.words)

    assert window.page.route == f"/loans/{LOAN}/disputes/new?step=why"


@pytest.mark.parametrize(("address", "signed_in"), [("/", True), ("/welcome", False)])
async def test_from_the_first_screen_it_leaves_the_app(address: str, *, signed_in: bool) -> None:
    window = await show(address, device=DeviceInMemory(signed_in=signed_in))

    assert window.all(ft.View)[0].can_pop is True


def test_a_spot_is_a_path_without_its_query() -> None:
    kinds = [kind for kind in Route.__subclasses__() if not kind.__dataclass_fields__]

    assert all(kind().spot == kind().path == kind.pattern for kind in kinds)


@pytest.mark.parametrize(
    "address", ["/", "/loans", "/inbox", "/profile", f"/loans/{LOAN}", "/profile/devices", f"/apply/{APPLICATION}"]
)
async def test_help_ends_the_first_line_of_each_screen_and_leads_back_there(address: str) -> None:
    window = await show(address)
    helped = window.all(ft.Semantics, identifier="chat")
    assert len(helped) == 1
    rows = [each for each in window.all(ft.Row) if any(helped[0] is inner for inner in _inside(each))]
    assert any(helped[0] in _inside(each.controls[-1]) for each in rows)

    await window.press("chat")
    assert window.page.route.split("?")[0] == "/chat"
    assert not window.all(ft.Semantics, identifier="chat")
    await window.press("back")

    assert window.page.route == address


async def test_help_leads_nowhere_outside_the_app() -> None:
    window = await show("/chat?origin=https://evil.example/")

    await window.press("back")

    assert window.page.route == "/"


async def test_whoever_waits_for_long_can_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "SLOW_AFTER_S", 0.01)
    window = await show(f"/loans/{LOAN}", table=Table({f"GET /v1/loans/{LOAN}": NEVER}))
    await window.until(lambda: "Still working" in window.words)

    await window.press("leave")

    assert window.page.route == "/loans"


def _inside(control: object) -> list[object]:
    return list(_walk(control, set()))


def code_until(end: datetime) -> CodeSent:
    return CodeSent(challenge_id=APPLICATION, sent_to="+234•••67", expires_at=end, resend_at=samples.NOW, digits=6)


async def test_a_browsers_back_and_forward_find_the_pages_of_a_sign_in_with_what_was_typed() -> None:
    table = Table({"POST /v1/auth/codes": code_until(samples.FAR)})
    window = await show("/sign-in?next=/loans", table=table, device=DeviceInMemory(signed_in=False))
    await window.write("Phone number", "08031234567")
    await window.press("send-code")
    await window.until(lambda: "Enter the code" in window.words)
    await window.until(lambda: window.page.route == "/sign-in?next=%2Floans&step=code")

    await arrive(window, "/sign-in?next=/loans")
    await window.until(lambda: "Sign in or sign up" in window.words)
    assert "08031234567" in [field.value for field in window.all(ft.TextField)]
    await arrive(window, "/sign-in?next=/loans&step=code")
    await window.until(lambda: "Enter the code" in window.words)
    await arrive(window, "/sign-in?next=/loans&step=consents")

    await window.settle()
    assert "Enter the code" in window.words
    assert len([each for each in table.asked if each.url.path == "/v1/auth/codes"]) == 1


async def test_a_code_that_ran_out_is_not_gone_forward_to() -> None:
    clock, table = FixedClock(samples.NOW), Table()
    table.set("POST /v1/auth/codes", code_until(samples.NOW + timedelta(minutes=10)))
    window = await show("/sign-in", table=table, device=DeviceInMemory(signed_in=False), clock=clock)
    await window.write("Phone number", "08031234567")
    await window.press("send-code")
    await window.until(lambda: "Enter the code" in window.words)
    await arrive(window, "/sign-in")
    await window.until(lambda: "Sign in or sign up" in window.words)

    clock.advance(timedelta(minutes=10))
    await arrive(window, "/sign-in?step=code")

    await window.settle()
    assert "Enter the code" not in window.words


async def test_a_browsers_back_and_forward_find_the_pages_of_a_report_and_no_page_before_its_questions() -> None:
    place = f"/loans/{LOAN}/disputes/new"
    window = await show(place)
    await window.until(lambda: "Step 1 of 4" in window.words)
    await arrive(window, f"{place}?step=check")
    await window.settle()
    assert "Step 1 of 4" in window.words

    await window.press("about-missing")
    await window.until(lambda: window.page.route == f"{place}?step=tell")
    await arrive(window, f"{place}?step=why")
    await window.until(lambda: "Step 2 of 4" in window.words)
    await arrive(window, f"{place}?step=tell")
    await window.until(lambda: "Step 3 of 4" in window.words)
