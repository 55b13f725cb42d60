"""A yes, a yes to less, and a no: each says why, and what can be done."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.components.countdown import time_left
from app.ui import Ui
from shared.api.applications import ApplicationStatus
from shared.api.underwriting import ReasonOut
from shared.clock import FixedClock
from shared.events.underwriting import DecisionOutcome
from shared.i18n import Language, localizer
from tests.builders import app_samples as samples
from tests.builders.app_stage import BROKEN, Table, show

APPLICATION = samples.APPLICATION
DECISION = f"GET /v1/applications/{APPLICATION}/decision"
WHY = ReasonOut(code="instalment_unaffordable", text="The instalment is high for your income.", advice="Ask for less.")


def approved(limit: int, *reasons: ReasonOut) -> object:
    return replace(samples.DECISION, outcome=DecisionOutcome.APPROVE, limit=samples.ngn(limit), reasons=list(reasons))


def table(status: ApplicationStatus, decision: object = samples.DECISION) -> Table:
    return Table({f"GET /v1/applications/{APPLICATION}": samples.application(status), DECISION: decision})


async def test_a_yes_to_less_says_how_much_and_why_above_the_offers() -> None:
    window = await show(
        f"/applications/{APPLICATION}", table=table(ApplicationStatus.OFFERED, approved(40_000_000, WHY))
    )

    await window.until(lambda: "Why less" in window.words)

    assert "₦400,000.00" in window.words
    assert "Less than the ₦600,000.00 that you asked for." in window.words
    assert "The instalment is high for your income." in window.words
    assert "2 lenders made you an offer" in window.words


@pytest.mark.parametrize("decision", [approved(60_000_000), BROKEN])
async def test_a_yes_to_all_of_it_or_one_that_can_t_be_read_leaves_the_offers_alone(decision: object) -> None:
    window = await show(f"/applications/{APPLICATION}", table=table(ApplicationStatus.OFFERED, decision))

    await window.until(lambda: "2 lenders made you an offer" in window.words)

    assert "Why less" not in window.words
    assert "This did not work" not in window.words


@pytest.mark.parametrize(
    ("way", "place"),
    [("to-person", "/chat"), ("to-my-data", "/profile/my-data"), ("apply-again", "/apply")],
)
async def test_a_no_leads_to_a_person_to_ones_data_and_to_another_try(way: str, place: str) -> None:
    window = await show(f"/applications/{APPLICATION}", table=table(ApplicationStatus.DECLINED))
    await window.until(lambda: "Your income is low for this amount." in window.words)

    await window.press(way)

    assert window.page.route == place


async def test_offers_come_with_an_example_and_the_time_that_is_left() -> None:
    window = await show(
        f"/applications/{APPLICATION}", table=table(ApplicationStatus.OFFERED), clock=FixedClock(samples.NOW)
    )

    await window.until(lambda: "Representative example" in window.words)

    assert "monthly instalments of" in window.words
    assert "2 days left" in window.words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2, hours=5), "2 days left"),
        (timedelta(hours=23, minutes=59), "23 hours left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(minutes=59, seconds=1), "60 minutes left"),
        (timedelta(seconds=3), "1 minute left"),
        (timedelta(), "The time is over"),
    ],
)
def test_what_is_left_is_said_in_the_unit_that_says_enough(left: timedelta, words: str) -> None:
    ui = Ui.__new__(Ui)
    object.__setattr__(ui, "words", localizer(Language.ENGLISH))

    assert time_left(ui, left) == words
