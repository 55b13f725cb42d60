"""A copy of one's data, and the end of one's account: what hinders it, the code, the way back."""

import flet as ft
import msgspec
import pytest

from shared.api.compliance import DeletionStatus, ExportStatus
from shared.api.identity import CodeSent
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import DeviceInMemory, Table, show

EXPORTS, DELETION = "GET /v1/me/data-exports", "GET /v1/me/deletion"
SENT = CodeSent(
    challenge_id=help_samples.EXPORT, sent_to="+234•••67", expires_at=samples.FAR, resend_at=samples.NOW, digits=6
)


async def test_a_copy_is_asked_for_waited_for_and_downloaded() -> None:
    device, table = DeviceInMemory(), Table({EXPORTS: list[object]()})
    table.set("POST /v1/me/data-exports", help_samples.export(ExportStatus.PREPARING))
    table.set(f"GET /v1/me/data-exports/{help_samples.EXPORT}/content", {"me": 1})
    window = await show("/profile/my-data", table=table, device=device)
    await window.until(lambda: "Ask for a copy" in window.words)

    table.set(EXPORTS, [help_samples.export(ExportStatus.PREPARING)])
    await window.press("ask-for-copy")
    await window.until(lambda: "Being prepared" in window.words)
    table.set(EXPORTS, [help_samples.export()])
    await window.until(lambda: "Ready" in window.words.splitlines(), within_s=6)
    await window.press("download-copy")

    await window.until(lambda: bool(device.saved))
    assert device.saved == [("my-data.zip", b'{"me":1}')]


@pytest.mark.parametrize(
    ("status", "words"), [(ExportStatus.FAILED, "could not be put together"), (ExportStatus.EXPIRED, "Gone")]
)
async def test_a_copy_that_can_t_be_had_says_so_and_offers_no_download(status: ExportStatus, words: str) -> None:
    window = await show("/profile/my-data", table=Table({EXPORTS: [help_samples.export(status)]}))

    await window.until(lambda: words in window.words)
    assert not window.all(ft.Semantics, identifier="download-copy")


async def test_an_open_loan_hinders_the_end_and_leads_to_where_it_is_paid() -> None:
    table = Table({DELETION: help_samples.deletion(["open_dispute", "open_loan"])})
    window = await show("/profile/end-account", table=table)
    await window.until(lambda: "A loan is open" in window.words)
    assert "A problem is being looked into" in window.words
    assert not window.all(ft.Semantics, identifier="end-account")

    await window.press("hindered-open_loan")

    assert window.page.route == "/loans"


async def test_the_end_is_asked_for_with_a_code_for_that_alone() -> None:
    table = Table({"POST /v1/auth/step-up": SENT})
    table.set("POST /v1/me/deletion", help_samples.deletion([], DeletionStatus.WAITING).request)
    window = await show("/profile/end-account", table=table)
    await window.until(lambda: "What we have to keep" in window.words)
    await window.fire(window.all(ft.Checkbox)[0], "change", value=True)
    await window.press("end-account")
    await window.until(lambda: "Confirm with the code" in window.words)
    assert not [each for each in table.asked if each.url.path == "/v1/me/deletion" and each.method == "POST"]

    table.set(DELETION, help_samples.deletion([], DeletionStatus.WAITING))
    await window.write("Code", "123456")

    await window.until(lambda: "Your account ends on" in window.words)
    step_up = next(each for each in table.asked if each.url.path == "/v1/auth/step-up")
    assert msgspec.json.decode(step_up.content) == {
        "action": "person.delete",
        "subject": str(samples.PERSON.id),
        "channel": None,
    }
    asked = [each for each in table.asked if each.url.path == "/v1/me/deletion" and each.method == "POST"]
    assert [msgspec.json.decode(each.content) for each in asked] == [{"code": "123456"}]


async def test_a_wrong_code_ends_nothing() -> None:
    table = Table({"POST /v1/auth/step-up": SENT, "POST /v1/me/deletion": (403, "step_up_refused")})
    window = await show("/profile/end-account", table=table)
    await window.until(lambda: "What we have to keep" in window.words)
    await window.fire(window.all(ft.Checkbox)[0], "change", value=True)
    await window.press("end-account")
    await window.until(lambda: "Confirm with the code" in window.words)

    await window.write("Code", "000000")

    await window.until(lambda: "The platform says step_up_refused." in window.words)
    assert "Your account ends on" not in window.words


@pytest.mark.parametrize(
    ("status", "words"),
    [(DeletionStatus.WAITING, "you can change your mind"), (DeletionStatus.BLOCKED, "We try again each day")],
)
async def test_a_request_can_be_taken_back_while_it_waits(status: DeletionStatus, words: str) -> None:
    waiting = help_samples.deletion([], status)
    table = Table({DELETION: waiting, "DELETE /v1/me/deletion": waiting.request})
    window = await show("/profile/end-account", table=table)
    await window.until(lambda: words in window.words)

    table.set(DELETION, help_samples.deletion([]))
    await window.press("keep-account")

    await window.until(lambda: "We are sorry to see you go" in window.words)
    assert [each for each in table.asked if each.method == "DELETE"]
