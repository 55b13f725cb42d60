"""Acting for a business: registering it, proving what it is, and who else acts for it."""

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from app.platform.port import Picked
from app.stores.officers import parse_share
from shared.api.business_details import BusinessDetailsOut
from shared.api.members import InvitationStatus
from shared.api.onboarding import CaseState, TaskState
from shared.roles import Role
from tests.builders import app_business_samples as firms
from tests.builders import app_samples as samples
from tests.builders.app_stage import OFFLINE, Answer, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

BUSINESS, CASE = firms.BUSINESS, firms.KYB_CASE
NOTHING_GIVEN = BusinessDetailsOut()
DETAILS = f"GET /v1/kyb/{CASE}/details"
OWNER, VIEWER = Role.BUSINESS_OWNER, Role.FINANCE_VIEWER


def sent(table: Table, method: str, path: str) -> list[dict[str, object]]:
    found = [each for each in table.asked if (each.method, each.url.path) == (method, path)]
    return [msgspec.json.decode(each.content) if each.content else {} for each in found]


def is_off(window: Window, identifier: str) -> bool:
    return bool(getattr(window.named(identifier), "disabled"))  # noqa: B009 -- a property of some controls


async def at_task(task: str, **answers: Answer) -> tuple[Window, Table]:
    """The page of a task where nothing was given yet, unless `answers` say otherwise."""
    table = Table({DETAILS: NOTHING_GIVEN, **answers})
    window = await show(f"/businesses/{BUSINESS}/kyb/{task}", table=table)
    await window.until(lambda: bool(window.all(ft.Semantics, identifier="save-task")))
    return window, table


@pytest.mark.parametrize(
    ("typed", "bps"),
    [("25", 2_500), ("12.5", 1_250), ("12,25", 1_225), ("١٢٫٥", 1_250), ("100 %", 10_000), ("0", 0)],  # noqa: RUF001
)
def test_a_share_is_read_as_it_is_typed(typed: str, bps: int) -> None:
    assert parse_share(typed) == bps


@pytest.mark.parametrize("typed", ["", "all", "100.01", "12.345", "1.2.3", "250"])
def test_what_is_no_share_is_none(typed: str) -> None:
    assert parse_share(typed) is None


async def test_a_business_is_registered_and_its_tasks_come_next() -> None:
    table = Table({"GET /v1/businesses": [], "POST /v1/businesses": firms.business()})
    window = await show("/profile/businesses/new", table=table)
    assert is_off(window, "register-business")

    await window.write("Name of the business", " Obi Textiles Ltd ")
    await window.write("Registration number, if it has one", "RC 1234567")
    await window.press("register-business")

    await window.until(lambda: "Show who owns it" in window.words)
    assert sent(table, "POST", "/v1/businesses") == [
        {"name": "Obi Textiles Ltd", "country": "NG", "registration_number": "RC 1234567"}
    ]


async def test_a_business_that_is_refused_stays_on_the_page_with_the_reason() -> None:
    table = Table({"POST /v1/businesses": (409, "too_many_businesses")})
    window = await show("/profile/businesses/new", table=table)
    await window.write("Name of the business", "Obi Textiles Ltd")

    await window.press("register-business")

    await window.until(lambda: "The platform says too_many_businesses." in window.words)
    assert window.all(ft.TextField, label="Name of the business")[0].value == "Obi Textiles Ltd"


async def test_what_was_told_at_the_registration_is_not_asked_again() -> None:
    give = f"PUT /v1/kyb/{CASE}/registration-details"
    window, table = await at_task("registration_details", **{give: firms.kyb_case()})
    assert is_off(window, "save-task")

    await window.write("Registered on", "1.3.2018")
    await window.press("save-task")

    await window.until(lambda: "Show who owns it" in window.words)
    (body,) = sent(table, "PUT", f"/v1/kyb/{CASE}/registration-details")
    assert body["legal_name"] == "Obi Textiles Ltd"
    assert (body["registration_number"], body["country"]) == ("RC 1234567", "NG")
    assert (body["registered_on"], body["certificate_id"]) == ("2018-03-01", None)


async def test_a_director_is_named_and_a_half_named_one_is_not_handed_in() -> None:
    give = f"PUT /v1/kyb/{CASE}/directors"
    window, table = await at_task("directors", **{give: firms.kyb_case()})
    await window.write("Given name", "Ada")
    await window.write("Family name", "Obi")
    assert is_off(window, "save-task")
    assert is_off(window, "person-done")

    await window.write("Date of birth", "17/05/1990")
    await window.press("person-done")
    await window.press("add-person")
    assert is_off(window, "save-task")
    await window.press("person-remove")
    await window.press("save-task")

    await window.until(lambda: "Show who owns it" in window.words)
    (body,) = sent(table, "PUT", f"/v1/kyb/{CASE}/directors")
    ada = {"given_name": "Ada", "family_name": "Obi", "birth_date": "1990-05-17", "nationality": "NG"}
    assert body == {"directors": [{**ada, "bvn": None, "nin": None}]}


async def test_a_director_is_taken_over_as_an_owner_with_a_share() -> None:
    give = f"PUT /v1/kyb/{CASE}/beneficial-owners"
    known = replace(firms.DETAILS, beneficial_owners=None)
    window, table = await at_task("beneficial_owners", **{DETAILS: known, give: firms.kyb_case()})

    await window.press("take-over-0")
    await window.write("Share in percent", "130")
    assert is_off(window, "save-task")
    await window.write("Share in percent", "62,5")
    await window.press("person-done")
    assert "62.5% of the business named" in window.words
    await window.press("save-task")

    await window.until(lambda: "Show who owns it" in window.words)
    (body,) = sent(table, "PUT", f"/v1/kyb/{CASE}/beneficial-owners")
    assert [(each["given_name"], each["bvn"], each["share_bps"]) for each in body["owners"]] == [  # type: ignore[attr-defined]
        ("Ada", "22334455667", 6_250)
    ]
    assert body["nobody_significant"] is False


async def test_shares_of_more_than_the_whole_are_not_handed_in() -> None:
    window, table = await at_task("beneficial_owners", **{DETAILS: firms.DETAILS})
    await window.press("add-person")
    for label, text in (("Given name", "Bola"), ("Family name", "Eze"), ("Date of birth", "01/02/1980")):
        await window.write(label, text)
    await window.write("Share in percent", "40")

    assert "The shares are more than 100 %" in window.words
    assert is_off(window, "save-task")
    assert not sent(table, "PUT", f"/v1/kyb/{CASE}/beneficial-owners")


async def test_that_nobody_is_significant_is_declared_without_owners() -> None:
    give = f"PUT /v1/kyb/{CASE}/beneficial-owners"
    window, table = await at_task("beneficial_owners", **{give: firms.kyb_case()})

    await window.fire(window.all(ft.Switch)[0], "change", data=True, value=True)
    await window.press("save-task")

    await window.until(lambda: "Show who owns it" in window.words)
    (body,) = sent(table, "PUT", f"/v1/kyb/{CASE}/beneficial-owners")
    assert (body["owners"], body["nobody_significant"]) == ([], True)


@pytest.mark.parametrize(
    ("task", "path", "field"),
    [
        ("registration_details", "registration-details", "certificate_id"),
        ("beneficial_owners", "beneficial-owners", "chart_id"),
        ("proof_of_address", "proof-of-address", "proof_id"),
    ],
)
async def test_what_was_given_stays_when_a_task_is_saved_again_whoever_gave_it(
    task: str, path: str, field: str
) -> None:
    give = f"PUT /v1/kyb/{CASE}/{path}"
    known = firms.filed(firms.PROOF)  # another owner's: the platform hands this person no such document
    window, table = await at_task(task, **{DETAILS: known, give: firms.kyb_case()})
    assert "Given before" in window.words

    await window.press("save-task")

    await window.until(lambda: "Show who owns it" in window.words)
    (body,) = sent(table, "PUT", f"/v1/kyb/{CASE}/{path}")
    given = msgspec.to_builtins(getattr(known, task))
    assert body[field] == str(firms.PROOF)
    assert body == given


async def test_the_proof_of_address_is_sent_before_the_task_can_be() -> None:
    give, upload = f"PUT /v1/kyb/{CASE}/proof-of-address", "POST /v1/documents"
    device, table = DeviceInMemory(), Table({DETAILS: NOTHING_GIVEN, give: firms.kyb_case(), upload: firms.GIVEN_FILE})
    device.files = [Picked(name="bill.pdf", content=b"%PDF")]
    window = await show(f"/businesses/{BUSINESS}/kyb/proof_of_address", table=table, device=device)
    await window.write("Street and number", "1 Marina Road")
    await window.write("City", "Lagos")
    assert is_off(window, "save-task")

    await window.press("upload-proof_of_address")
    await window.until(lambda: "Received" in window.words)
    await window.press("save-task")

    await window.until(lambda: "Show who owns it" in window.words)
    assert sent(table, "PUT", f"/v1/kyb/{CASE}/proof-of-address")[0]["proof_id"] == str(firms.PROOF)


async def test_a_task_that_is_refused_says_why_and_keeps_what_was_typed() -> None:
    give = f"PUT /v1/kyb/{CASE}/directors"
    window, _ = await at_task("directors", **{DETAILS: firms.DETAILS, give: (400, "identifier_malformed")})

    await window.press("save-task")

    await window.until(lambda: "The platform says identifier_malformed." in window.words)
    assert "Ada Obi" in window.words


@pytest.mark.parametrize(
    ("step", "state", "press", "after", "words"),
    [
        ("submit", CaseState.COLLECTING, ["submit-kyc"], CaseState.SUBMITTED, "Checking the business"),
        ("withdraw", CaseState.NEEDS_ACTION, ["withdraw-case", "confirm"], CaseState.DRAFT, "Show who owns it"),
        ("renew", CaseState.PASSED, ["renew-case", "confirm"], CaseState.COLLECTING, "Show who owns it"),
        ("renew", CaseState.EXPIRED, ["renew-case", "confirm"], CaseState.COLLECTING, "Show who owns it"),
    ],
)
async def test_a_case_moves_by_the_steps_that_the_platform_offers(
    step: str, state: CaseState, press: list[str], after: CaseState, words: str
) -> None:
    case = firms.kyb_case(state, TaskState.DONE, steps=(step,))
    table = Table({"GET /v1/kyb": case, f"POST /v1/kyb/{CASE}/{step}": firms.kyb_case(after, TaskState.DONE)})
    window = await show(f"/businesses/{BUSINESS}/kyb", table=table)
    table.set("GET /v1/kyb", firms.kyb_case(after, TaskState.DONE))

    for each in press:
        await window.press(each)

    await window.until(lambda: words in window.words)
    assert len(sent(table, "POST", f"/v1/kyb/{CASE}/{step}")) == 1


async def test_who_only_looks_sees_how_far_it_is_and_can_change_nothing() -> None:
    looker = {f"GET /v1/businesses/{BUSINESS}": firms.business(VIEWER)}
    window = await show(f"/businesses/{BUSINESS}/kyb", table=Table(dict(looker)))
    await window.until(lambda: "Only an owner of the business can fill this in." in window.words)
    assert not window.all(ft.Semantics, identifier="submit-kyc")
    assert not window.all(ft.Semantics, identifier="task-directors")

    page = await show(f"/businesses/{BUSINESS}", table=Table(dict(looker)))
    await page.until(lambda: "Only an owner can invite others." in page.words)
    own = f"remove-{OWNER.value}-{samples.ME}"
    assert not page.all(ft.Semantics, identifier=f"remove-{Role.FINANCE_APPROVER.value}-{firms.COLLEAGUE}")
    assert not page.all(ft.Semantics, identifier=own)  # the last owner stays, whoever asks


async def test_nobody_opens_a_case_by_looking() -> None:
    table = Table({"GET /v1/kyb": None, f"GET /v1/businesses/{BUSINESS}": firms.business(VIEWER)})

    window = await show(f"/businesses/{BUSINESS}/kyb", table=table)

    await window.until(lambda: "No owner of the business has begun this yet." in window.words)
    assert not sent(table, "POST", "/v1/kyb")


@pytest.mark.parametrize(("contact", "named"), [("cfo@example.com", "email"), ("08031234567", "phone")])
async def test_somebody_is_invited_by_phone_or_e_mail_in_a_role(contact: str, named: str) -> None:
    invite = f"/v1/businesses/{BUSINESS}/invitations"
    table = Table({f"POST {invite}": firms.invitation()})
    window = await show(f"/businesses/{BUSINESS}/invite", table=table)
    assert is_off(window, "send-invitation")

    await window.write("Phone or e-mail", contact)
    await window.press("role-finance_viewer")
    await window.press("send-invitation")

    await window.until(lambda: "Open invitations" in window.words)
    (body,) = sent(table, "POST", invite)
    assert {name: value for name, value in body.items() if value} == {named: contact, "role": "finance_viewer"}


async def test_an_invitation_is_taken_back_after_a_question() -> None:
    place = f"/v1/invitations/{firms.INVITATION}"
    table = Table({f"DELETE {place}": {}})
    window = await show(f"/businesses/{BUSINESS}", table=table)
    await window.until(lambda: "c•••@example.com" in window.words)

    await window.press(f"withdraw-{firms.INVITATION}")
    assert not sent(table, "DELETE", place)
    table.set(f"GET /v1/businesses/{BUSINESS}/invitations", [firms.invitation(InvitationStatus.WITHDRAWN)])
    await window.press("confirm")

    await window.until(lambda: "Open invitations" not in window.words)
    assert len(sent(table, "DELETE", place)) == 1


async def test_a_member_is_removed_after_a_question() -> None:
    place = f"/v1/businesses/{BUSINESS}/members/{firms.COLLEAGUE}/{Role.FINANCE_APPROVER.value}"
    table = Table({f"DELETE {place}": {}})
    window = await show(f"/businesses/{BUSINESS}", table=table)
    await window.until(lambda: "Bola Eze" in window.words)

    await window.press(f"remove-finance_approver-{firms.COLLEAGUE}")
    assert not sent(table, "DELETE", place)
    table.set(f"GET /v1/businesses/{BUSINESS}/members", firms.MEMBERS[:1])
    await window.press("confirm")

    # The question, which only a browser clears away, still names them.
    await window.until(lambda: not window.all(ft.Semantics, identifier=f"remove-finance_approver-{firms.COLLEAGUE}"))
    assert len(sent(table, "DELETE", place)) == 1


@pytest.mark.parametrize("several", [True, False])
async def test_whoever_drops_one_of_several_roles_is_not_told_that_they_leave(*, several: bool) -> None:
    mine, theirs = firms.MEMBERS
    other = Role.FINANCE_APPROVER
    mine = replace(mine, roles=[OWNER, other] if several else [other])
    members = [mine, replace(theirs, roles=[OWNER])]
    window = await show(f"/businesses/{BUSINESS}", table=Table({f"GET /v1/businesses/{BUSINESS}/members": members}))
    await window.until(lambda: "Bola Eze" in window.words)

    await window.press(f"remove-{other.value}-{samples.ME}")

    assert ("You no longer act for the business" in window.words) is not several
    assert ("An owner can give it back to you." in window.words) is several
    assert ("Leave the business?" in window.words) is not several


async def test_on_a_wide_window_a_business_lies_below_the_profile() -> None:
    window = await show(f"/businesses/{BUSINESS}", width=1280)

    chosen = [each.identifier for each in window.all(ft.Semantics) if each.selected]
    assert "tab-profile" in chosen
    assert "tab-home" not in chosen


async def test_an_invitation_waits_on_the_first_screen_and_leads_into_the_business() -> None:
    accept = f"/v1/invitations/{firms.INVITATION}/accept"
    table = Table({"GET /v1/invitations": [firms.invitation()], f"POST {accept}": firms.business(VIEWER)})
    window = await show("/", table=table)
    await window.until(lambda: "Obi Textiles Ltd invites you" in window.words)

    await window.press(f"accept-{firms.INVITATION}")

    await window.until(lambda: "Check of the business" in window.words)
    assert len(sent(table, "POST", accept)) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [((404, "invitation_not_found"), "The platform says invitation_not_found."), (OFFLINE, "You are offline.")],
)
async def test_an_invitation_that_can_t_be_taken_says_why(answer: Answer, words: str) -> None:
    accept = f"POST /v1/invitations/{firms.INVITATION}/accept"
    table = Table({"GET /v1/invitations": [firms.invitation()], accept: answer})
    window = await show("/profile/businesses", table=table)

    await window.press(f"accept-{firms.INVITATION}")

    await window.until(lambda: words in window.words)
    assert window.page.route == "/profile/businesses"


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        (f"/businesses/{BUSINESS}/kyb/registration_details", f"/businesses/{BUSINESS}/kyb/directors", "Add a director"),
        ("/kyc/identity_details", "/kyc/selfie", "A picture of your face"),
    ],
)
async def test_one_task_after_another_shows_its_own_fields(first: str, then: str, words: str) -> None:
    window = await show(first)
    await window.until(lambda: bool(window.all(ft.TextField)))

    window.page.navigate(then)

    await window.until(lambda: words in window.words)
    assert not window.all(ft.TextField)


async def test_what_was_wrong_with_a_task_stands_on_its_page() -> None:
    table = Table({"GET /v1/kyb": firms.kyb_case(CaseState.NEEDS_ACTION, TaskState.REDO)})

    window = await show(f"/businesses/{BUSINESS}/kyb/directors", table=table)

    await window.until(lambda: "The directors do not match the register. Check the list." in window.words)
