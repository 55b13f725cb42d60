"""What was given for a case and what was typed for it: asked once, lost never."""

from datetime import date
from uuid import UUID

import flet as ft
import msgspec
import pytest

from app.platform.port import Picked
from shared.api.business_details import BusinessDetailsOut
from shared.api.onboarding import (
    AddressIn,
    DocumentOut,
    DocumentPurpose,
    IdentityDetailsIn,
    IdentityDocumentIn,
    IdentityDocumentKind,
    SelfieIn,
)
from shared.api.person_details import PersonDetailsOut
from tests.builders import app_business_samples as firms
from tests.builders import app_samples as samples
from tests.builders.app_stage import Answer, DeviceInMemory, Table, show
from tests.builders.flet_window import Window, controls_in

FRONT, FACE, BILL = (UUID(int=number) for number in range(301, 304))
DETAILS = f"GET /v1/kyc/{samples.CASE}/details"
GIVEN = PersonDetailsOut(
    identity_details=IdentityDetailsIn(
        given_name="Ada",
        middle_names="Ngozi",
        family_name="Obi",
        birth_date=date(1990, 5, 17),
        nationality="NG",
        bvn="•••••••4321",
    ),
    document=IdentityDocumentIn(
        kind=IdentityDocumentKind.DRIVERS_LICENCE,
        issuing_country="NG",
        front_id=FRONT,
        number="AAA 12345",
        expires_on=date(2031, 2, 1),
    ),
    selfie=SelfieIn(document_id=FACE, liveness_reference="live-1"),
    address=AddressIn(line_1="1 Marina Road", line_2="Flat 2", city="Lagos", country="NG", proof_id=BILL),
)
UPLOADED = DocumentOut(
    id=FRONT,
    purpose=DocumentPurpose.IDENTITY_FRONT,
    media_type="image/jpeg",
    size=1,
    sha256="0" * 64,
    created_at=samples.NOW,
)
BUSINESS_TASK = f"/businesses/{firms.BUSINESS}/kyb/directors"
NO_BUSINESS_DETAILS: dict[str, Answer] = {f"GET /v1/kyb/{firms.KYB_CASE}/details": BusinessDetailsOut()}


async def at_task(
    route: str, answers: dict[str, Answer] | None = None, device: DeviceInMemory | None = None
) -> tuple[Window, Table]:
    table = Table(answers or {})
    window = await show(route, table=table, device=device)
    await window.until(lambda: bool(window.all(ft.Semantics, identifier="save-task")))
    return window, table


def value(window: Window, label: str) -> str | None:
    return window.all(ft.TextField, label=label)[0].value


def left_on(device: DeviceInMemory) -> str:
    return "".join(text for name, text in device.secrets.items() if "task." in name)


def put(table: Table, path: str) -> object:
    (found,) = [each for each in table.asked if (each.method, each.url.path) == ("PUT", path)]
    return msgspec.json.decode(found.content)


@pytest.mark.parametrize(
    ("task", "path", "given"),
    [
        ("identity_details", "identity-details", GIVEN.identity_details),
        ("document", "document", GIVEN.document),
        ("selfie", "selfie", GIVEN.selfie),
        ("address", "address", GIVEN.address),
    ],
)
async def test_a_task_that_was_done_shows_what_was_given_and_saves_it_whole(
    task: str, path: str, given: object
) -> None:
    place = f"/v1/kyc/{samples.CASE}/{path}"
    window, table = await at_task(f"/kyc/{task}", {DETAILS: GIVEN, f"PUT {place}": samples.case()})

    await window.press("save-task")

    await window.until(lambda: window.page.route == "/kyc")
    assert put(table, place) == msgspec.to_builtins(given)


async def test_what_is_typed_is_there_again_until_it_is_saved_and_no_identifier_lies_on_the_device() -> None:
    device = DeviceInMemory()
    window, _ = await at_task("/kyc/identity_details", device=device)
    for label, text in (("Given name", "Adaeze"), ("Date of birth", "17/05/1990"), ("BVN", "22345671234")):
        await window.write(label, text)
    assert "Adaeze" in left_on(device)
    assert "22345671234" not in left_on(device)

    place = f"/v1/kyc/{samples.CASE}/identity-details"
    again, table = await at_task("/kyc/identity_details", {f"PUT {place}": samples.case()}, device)

    assert (value(again, "Given name"), value(again, "Date of birth")) == ("Adaeze", "17/05/1990")
    assert value(again, "BVN") == ""
    await again.write("BVN", "22345671234")
    await again.press("save-task")
    await again.until(lambda: again.page.route == "/kyc")
    assert "Adaeze" in str(put(table, place))
    assert not left_on(device)


async def test_a_file_that_arrived_is_not_asked_for_again_in_another_window() -> None:
    device = DeviceInMemory()
    device.files = [Picked(name="front.jpg", content=b"\xff\xd8")]
    window, _ = await at_task("/kyc/document", {"POST /v1/documents": UPLOADED}, device)
    await window.press("upload-front")
    await window.until(lambda: "Received: front.jpg" in window.words)

    place = f"/v1/kyc/{samples.CASE}/document"
    again, table = await at_task("/kyc/document", {f"PUT {place}": samples.case()}, device)

    assert "Given before" in again.words
    await again.write("Number", "AAA 12345")
    await again.press("save-task")
    await again.until(lambda: again.page.route == "/kyc")
    assert f"'front_id': '{FRONT}'" in str(put(table, place))


async def test_a_form_that_was_left_as_it_was_leaves_nothing_on_the_device() -> None:
    device = DeviceInMemory()
    window, _ = await at_task("/kyc/identity_details", {DETAILS: GIVEN}, device)

    await window.write("Given name", "Adaeze")
    await window.write("Given name", "Ada")

    assert not left_on(device)


async def test_a_director_who_is_half_named_is_there_again_without_their_number() -> None:
    device = DeviceInMemory()
    window, _ = await at_task(BUSINESS_TASK, NO_BUSINESS_DETAILS, device)
    await window.write("Given name", "Chi")
    await window.write("BVN, if known", "22345671234")
    assert "22345671234" not in left_on(device)

    again, _ = await at_task(BUSINESS_TASK, NO_BUSINESS_DETAILS, device)

    assert "Something is missing" in again.words
    await again.press("person-0")
    assert value(again, "Given name") == "Chi"


async def test_a_number_that_the_platform_has_is_not_lost_with_what_was_typed_over_it() -> None:
    device, answers = DeviceInMemory(), {f"GET /v1/kyb/{firms.KYB_CASE}/details": firms.DETAILS}
    window, _ = await at_task(BUSINESS_TASK, {**answers}, device)
    await window.press("person-0")
    await window.write("Date of birth", "18/05/1990")

    again, _ = await at_task(BUSINESS_TASK, {**answers}, device)

    await again.press("person-0")
    assert value(again, "Date of birth") == "18/05/1990"
    assert value(again, "BVN, if known") == firms.ADA.bvn
    assert str(firms.ADA.bvn) not in left_on(device)


def wrong(window: Window, label: str) -> str:
    """What stands below a field."""
    below = window.all(ft.TextField, label=label)[0].error
    assert below is None or isinstance(below, ft.Control)
    return "" if below is None else " ".join(each.value for each in controls_in(below) if isinstance(each, ft.Text))


@pytest.mark.parametrize(
    ("refusal", "label", "words"),
    [
        ((400, "identifier_malformed", {"bvn": "eleven digits"}), "BVN", "The platform says identifier_malformed."),
        ((400, "invalid_input", {"given_name": "Expected `str`"}), "Given name", "This can't be right. Check it."),
        ((422, "birth_date_implausible"), "Date of birth", "The platform says birth_date_implausible."),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_goes_when_that_is_changed(
    refusal: Answer, label: str, words: str
) -> None:
    place = f"PUT /v1/kyc/{samples.CASE}/identity-details"
    window, _ = await at_task("/kyc/identity_details", {DETAILS: GIVEN, place: refusal})

    await window.press("save-task")

    await window.until(lambda: wrong(window, label) == words)
    assert "Something above can't be taken" in window.words
    assert window.words.count("The platform says") <= 1
    assert not wrong(window, "Family name")
    await window.write(label, "17/05/1990")
    assert not wrong(window, label)


async def test_what_no_field_shows_stays_in_the_notice_each_on_a_line_of_its_own() -> None:
    refusal = (400, "many_things", {"given_name": "is long", "device": "is old", "body": "is wide"})
    place = f"PUT /v1/kyc/{samples.CASE}/identity-details"
    window, _ = await at_task("/kyc/identity_details", {DETAILS: GIVEN, place: refusal})

    await window.press("save-task")

    await window.until(lambda: "The platform says many_things." in window.words.splitlines())
    assert {"is old", "is wide"} <= set(window.words.splitlines())
    assert "is long" not in window.words


@pytest.mark.parametrize(
    ("field", "label"),
    [("cac", "Registration number"), ("legal_name", "Legal name"), ("tax_number", "Tax number, if any")],
)
async def test_the_fields_of_a_business_say_what_is_wrong_with_them(field: str, label: str) -> None:
    place = f"PUT /v1/kyb/{firms.KYB_CASE}/registration-details"
    answers: dict[str, Answer] = {place: (400, "identifier_malformed", {field: "no"})}
    window, _ = await at_task(f"/businesses/{firms.BUSINESS}/kyb/registration_details", answers)

    await window.press("save-task")

    await window.until(lambda: wrong(window, label) == "The platform says identifier_malformed.")


@pytest.mark.parametrize("route", ["/kyc/nonsense", f"/businesses/{firms.BUSINESS}/kyb/nonsense"])
async def test_a_task_that_there_is_not_is_said_to_be_none_and_opens_no_case(route: str) -> None:
    table = Table({"GET /v1/kyc": None, "GET /v1/kyb": None})

    window = await show(route, table=table)

    await window.until(lambda: "This page is not there" in window.words)
    assert not window.all(ft.TextField)
    assert not [each for each in table.asked if each.method == "POST"]
