"""Reporting what is wrong: nothing is sent before the review, nothing twice; and what can be done afterwards."""

from uuid import UUID

import flet as ft
import msgspec
import pytest

from app.platform.port import Picked
from shared.api.disputes import DisputeOutcome, DisputeStatus
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders import app_support_samples as help_samples
from tests.builders.app_stage import BROKEN, OFFLINE, DeviceInMemory, Table, show
from tests.builders.flet_window import Window

LOAN, DISPUTE = samples.LOAN, help_samples.DISPUTE
OPENING = f"POST /v1/loans/{LOAN}/disputes"
EVIDENCE = f"POST /v1/disputes/{DISPUTE}/evidence"
ABOUT = samples.REPAYMENT.id


async def told(device: DeviceInMemory, table: Table) -> Window:
    """A report up to its review, with one file."""
    device.files = [Picked(name="receipt.pdf", content=b"%PDF")]
    window = await show(f"/loans/{LOAN}/disputes/new", table=table, device=device)
    await window.until(lambda: "What is it about?" in window.words)
    await window.press(f"about-{ABOUT}")
    await window.until(lambda: "What is wrong with it?" in window.words)
    await window.press("because-wrong_amount")
    await window.until(lambda: "Tell us more" in window.words)
    await window.write("What happened?", " I paid 20,000 more. ")
    await window.write("Amount that is wrong (optional)", "20,000")
    await window.press("add-evidence")
    await window.until(lambda: "receipt.pdf" in window.words)
    await window.press("to-check")
    await window.until(lambda: "Check your report" in window.words)
    return window


def sent(table: Table, ending: str) -> list[dict[str, object]]:
    return [
        msgspec.json.decode(each.content)
        for each in table.asked
        if each.method == "POST" and each.url.path.endswith(ending)
    ]


async def test_a_report_is_sent_after_its_review_with_its_file_and_leads_to_where_it_stands() -> None:
    device, table = DeviceInMemory(), Table({OPENING: help_samples.dispute(), EVIDENCE: help_samples.FILE})
    window = await told(device, table)
    assert "₦20,000.00" in window.words
    assert not sent(table, "/disputes")

    await window.press("send-dispute")

    await window.until(lambda: window.page.route == f"/disputes/{DISPUTE}")
    assert sent(table, "/disputes") == [
        {
            "kind": "transaction",
            "transaction_id": str(ABOUT),
            "instalment": None,
            "reason": "wrong_amount",
            "details": "I paid 20,000 more.",
            "amount_minor": 2_000_000,
        }
    ]
    uploaded = [each for each in table.asked if each.url.path.endswith("/evidence")]
    assert [b"receipt.pdf" in each.content for each in uploaded] == [True]


async def test_a_file_that_did_not_arrive_is_sent_again_without_a_second_report() -> None:
    device, table = DeviceInMemory(), Table({OPENING: help_samples.dispute(), EVIDENCE: BROKEN})
    window = await told(device, table)
    await window.press("send-dispute")
    await window.until(lambda: "Your report is with us. These files did not arrive yet:" in window.words)

    table.set(EVIDENCE, help_samples.FILE)
    await window.press("send-dispute")

    await window.until(lambda: window.page.route == f"/disputes/{DISPUTE}")
    assert len(sent(table, "/disputes")) == 1
    assert len([each for each in table.asked if each.url.path.endswith("/evidence")]) == 2


async def test_a_report_that_is_refused_says_why_and_stays_to_be_changed() -> None:
    device, table = DeviceInMemory(), Table({OPENING: (409, "dispute_exists")})
    window = await told(device, table)

    await window.press("send-dispute")

    await window.until(lambda: "The platform says dispute_exists." in window.words)
    assert window.page.route.endswith("/disputes/new?step=check")
    await window.press("back")
    await window.until(lambda: "Tell us more" in window.words)
    assert window.all(ft.TextField, label="What happened?")[0].value == " I paid 20,000 more. "


async def test_more_than_the_amount_can_not_be_disputed() -> None:
    window = await show(f"/loans/{LOAN}/disputes/new?about={ABOUT}")
    await window.until(lambda: "What is wrong with it?" in window.words)
    await window.press("because-wrong_amount")
    await window.write("What happened?", "Too much.")

    await window.write("Amount that is wrong (optional)", "99,000,000")

    await window.until(lambda: any("At most" in each.value for each in window.all(ft.Text)))
    button = window.all(ft.Semantics, identifier="to-check")[0].content
    assert isinstance(button, ft.TextButton)
    assert button.disabled


async def test_a_missing_payment_is_about_the_first_instalment_that_is_open() -> None:
    table = Table({OPENING: help_samples.dispute()})
    window = await show(f"/loans/{LOAN}/disputes/new", table=table)
    await window.until(lambda: "A payment is missing" in window.words)
    await window.press("about-missing")
    await window.write("What happened?", "I paid on Monday.")
    await window.press("to-check")
    await window.until(lambda: "Check your report" in window.words)

    await window.press("send-dispute")

    await window.until(lambda: window.page.route == f"/disputes/{DISPUTE}")
    body = sent(table, "/disputes")[0]
    unpaid = next(row for row in samples.SCHEDULE.rows if row.open)
    assert (body["kind"], body["reason"], body["instalment"]) == ("instalment", "paid_already", unpaid.number)


async def test_a_movement_opens_with_its_parts_and_the_way_to_report_it() -> None:
    window = await show(f"/loans/{LOAN}")
    await window.until(lambda: "Your payment" in window.words)
    await window.press(f"movement-{ABOUT}")
    await window.until(lambda: "Something is wrong with it" in window.words)

    await window.press("dispute-it")

    await window.until(lambda: "What is wrong with it?" in window.words)
    assert window.page.route == f"/loans/{LOAN}/disputes/new?about={ABOUT}&step=why"


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (DisputeStatus.OPEN, None, "We look into it"),
        (DisputeStatus.NEEDS_INFO, None, "Which account did it come from?"),
        (DisputeStatus.ESCALATED, None, "Second look"),
        (DisputeStatus.RESOLVED, DisputeOutcome.UPHELD, "Found in your favour"),
        (DisputeStatus.RESOLVED, DisputeOutcome.PARTLY_UPHELD, "You are partly right"),
        (DisputeStatus.RESOLVED, DisputeOutcome.REJECTED, "We could not confirm it"),
        (DisputeStatus.WITHDRAWN, None, "Taken back"),
    ],
)
async def test_a_dispute_is_shown_wherever_it_stands(
    status: DisputeStatus, outcome: DisputeOutcome | None, words: str
) -> None:
    table = Table({f"GET /v1/disputes/{DISPUTE}": help_samples.dispute(status, outcome)})

    window = await show(f"/disputes/{DISPUTE}", table=table)

    await window.until(lambda: words in window.words)
    living = status in {DisputeStatus.OPEN, DisputeStatus.NEEDS_INFO, DisputeStatus.ESCALATED}
    assert ("Take it back" in window.words) is living


async def test_a_late_answer_is_owned_up_to() -> None:
    table = Table({f"GET /v1/disputes/{DISPUTE}": help_samples.dispute(overdue=True)})

    window = await show(f"/disputes/{DISPUTE}", table=table)

    await window.until(lambda: "We are late with the answer" in window.words)


async def test_what_was_asked_is_answered_and_a_file_is_added() -> None:
    device = DeviceInMemory()
    device.files = [Picked(name="statement.pdf", content=b"%PDF")]
    table = Table({f"GET /v1/disputes/{DISPUTE}": help_samples.dispute(DisputeStatus.NEEDS_INFO)})
    table.set(f"POST /v1/disputes/{DISPUTE}/notes", help_samples.dispute())
    table.set(EVIDENCE, help_samples.FILE)
    window = await show(f"/disputes/{DISPUTE}", table=table, device=device)
    await window.until(lambda: "Your answer" in window.words)

    await window.press("add-evidence")
    await window.until(lambda: "Received: statement.pdf" in window.words)
    await window.write("Your message", "From my salary account.")
    await window.press("tell-more")

    await window.until(lambda: "Something to add?" in window.words)
    assert sent(table, "/notes") == [{"text": "From my salary account."}]


async def test_a_rejected_one_is_looked_at_again_on_request() -> None:
    rejected = help_samples.dispute(DisputeStatus.RESOLVED, DisputeOutcome.REJECTED)
    table = Table({f"GET /v1/disputes/{DISPUTE}": rejected})
    table.set(f"POST /v1/disputes/{DISPUTE}/escalate", help_samples.dispute(DisputeStatus.ESCALATED))
    window = await show(f"/disputes/{DISPUTE}", table=table)
    await window.until(lambda: "Why do you not agree?" in [e.label for e in window.all(ft.TextField)])

    await window.write("Why do you not agree?", "The receipt says so.")
    await window.press("escalate")

    await window.until(lambda: "Second look" in window.words)
    assert sent(table, "/escalate") == [{"text": "The receipt says so."}]


async def test_evidence_is_given_back_as_a_file() -> None:
    device = DeviceInMemory()
    table = Table({f"GET /v1/disputes/{DISPUTE}/evidence/{help_samples.FILE.id}/content": {"a": 1}})
    window = await show(f"/disputes/{DISPUTE}", table=table, device=device)
    await window.until(lambda: "receipt.pdf" in window.words)

    await window.press("evidence-receipt.pdf")

    await window.until(lambda: bool(device.saved))
    assert device.saved[0][0] == "receipt.pdf"


async def test_what_was_said_outlives_the_window_and_is_sent_once_under_its_name() -> None:
    device, table = DeviceInMemory(), Table({OPENING: OFFLINE, EVIDENCE: help_samples.FILE})
    window = await told(device, table)
    await window.press("send-dispute")
    await window.until(lambda: "You are offline" in window.words)

    again = await show(f"/loans/{LOAN}/disputes/new", table=table, device=device)
    await again.until(lambda: "Check your report" in again.words)
    assert "₦20,000.00" in again.words
    table.set(OPENING, help_samples.dispute())
    await again.press("send-dispute")

    await again.until(lambda: again.page.route == f"/disputes/{DISPUTE}")
    tries = [each for each in table.asked if each.url.path.endswith("/disputes") and each.method == "POST"]
    assert len(tries) == 2
    assert len({each.headers["Idempotency-Key"] for each in tries}) == 1
    assert not [name for name in device.secrets if "disputing" in name]


async def test_files_of_an_earlier_visit_are_asked_for_again_by_name() -> None:
    device, table = DeviceInMemory(), Table()
    await told(device, table)

    again = await show(f"/loans/{LOAN}/disputes/new", table=table, device=device)
    await again.until(lambda: "Check your report" in again.words)
    await again.press("back")

    await again.until(lambda: "add them again" in again.words and "receipt.pdf" in again.words)
    assert again.all(ft.TextField, label="What happened?")[0].value == " I paid 20,000 more. "
    device.files = [Picked(name="receipt.pdf", content=b"%PDF")]
    await again.press("add-evidence")
    await again.until(lambda: "receipt.pdf" in again.words)
    await again.until(lambda: "add them again" not in again.words)
    assert "receipt.pdf" in again.words


async def test_a_report_about_another_movement_begins_anew() -> None:
    device, table = DeviceInMemory(), Table()
    await told(device, table)
    other = msgspec.structs.replace(samples.REPAYMENT, id=UUID(int=77))
    table.set(f"GET /v1/loans/{LOAN}/transactions", Page(items=[other, samples.REPAYMENT]))

    again = await show(f"/loans/{LOAN}/disputes/new?about={other.id}", table=table, device=device)

    await again.until(lambda: "What is wrong with it?" in again.words)
    assert str(other.id) in next(text for name, text in device.secrets.items() if "disputing" in name)


async def test_nothing_of_a_report_stays_on_the_device_after_the_sign_out() -> None:
    device, table = DeviceInMemory(), Table({"DELETE /v1/sessions/current": {}})
    await told(device, table)

    window = await show("/profile", table=table, device=device)
    await window.press("sign-out")
    await window.press("confirm")

    await window.until(lambda: "tokens" not in device.secrets)
    assert not [name for name in device.secrets if name.startswith("mine.")]
    assert device.settings["language"] == "en"
