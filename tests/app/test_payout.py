"""Where the money is when it is late, or did not arrive."""

from datetime import timedelta

import pytest

from shared.api.disbursement import DisbursementStatus
from shared.clock import FixedClock
from tests.builders import app_samples as samples
from tests.builders.app_stage import Table, show
from tests.builders.flet_window import Window

PLACE = f"GET /v1/loans/{samples.LOAN}/disbursement"


async def after(waited: timedelta, status: DisbursementStatus = DisbursementStatus.ORDERED) -> Window:
    """The payout's place so long after it was ordered."""
    table = Table({PLACE: samples.payout(status)})
    window = await show(f"/loans/{samples.LOAN}/payout", table=table, clock=FixedClock(samples.NOW + waited))
    await window.until(lambda: "₦600,000.00" in window.words)
    return window


async def test_money_that_is_late_is_said_to_be_with_whom_to_ask() -> None:
    window = await after(timedelta(hours=1))

    assert "This takes longer than usual." in window.words
    await window.press("ask-about-money")
    assert window.page.route == "/chat"


@pytest.mark.parametrize(
    ("waited", "status"),
    [
        (timedelta(minutes=59), DisbursementStatus.ORDERED),
        (timedelta(days=3), DisbursementStatus.PAID_OUT),
        (timedelta(days=3), DisbursementStatus.CANCELLED),
    ],
)
async def test_money_that_comes_as_it_should_or_is_settled_worries_nobody(
    waited: timedelta, status: DisbursementStatus
) -> None:
    window = await after(waited, status)

    assert "This takes longer than usual." not in window.words


async def test_money_that_did_not_arrive_leads_to_the_accounts_and_to_a_person() -> None:
    window = await after(timedelta(minutes=5), DisbursementStatus.FAILED)

    assert "Your bank did not take it." in window.words
    await window.press("ask-about-money")
    assert window.page.route == "/chat"
