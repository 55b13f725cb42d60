"""How sure we are of who chats, and for how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from backend.identity.domain.channels import (
    IDLE,
    LONGEST,
    TOKEN_LIVES,
    Link,
    StepUp,
    canonical_link_code,
    masked,
    new_link_code,
)
from shared.api.channels import ChannelStepUpStatus, ChatChannel, StepUpMethod
from shared.assurance import Assurance
from shared.ids import new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def link(**changes: Any) -> Link:
    made = Link(
        id=new_id(),
        person_id=new_id(),
        channel=ChatChannel.WHATSAPP,
        is_agent=False,
        linked_at=NOON,
        active_at=NOON,
    )
    return replace(made, **changes)


def test_a_linked_chat_is_no_more_than_that() -> None:
    assert link().assurance(NOON) is Assurance.LINKED
    assert link().token_lives(NOON) == TOKEN_LIVES
    assert link(is_agent=True).assurance(NOON) is Assurance.AGENT


def test_a_confirmation_ends_after_ten_quiet_minutes() -> None:
    confirmed = link().stepped_up(new_id(), NOON)

    assert confirmed.assurance(NOON + IDLE - MINUTE) is Assurance.STEPPED_UP
    assert confirmed.assurance(NOON + IDLE) is Assurance.LINKED


def test_it_ends_after_half_an_hour_however_much_is_said() -> None:
    confirmed = link().stepped_up(new_id(), NOON)
    for minutes in range(5, 30, 5):
        confirmed = confirmed.heard(NOON + minutes * MINUTE)
        assert confirmed.assurance(NOON + minutes * MINUTE) is Assurance.STEPPED_UP

    assert confirmed.assured_until(NOON + 26 * MINUTE) == NOON + LONGEST
    assert confirmed.assurance(NOON + LONGEST) is Assurance.LINKED


def test_a_word_after_its_end_does_not_bring_a_confirmation_back() -> None:
    late = link().stepped_up(new_id(), NOON).heard(NOON + IDLE)

    assert late.assurance(NOON + IDLE) is Assurance.LINKED
    assert (late.step_up_id, late.stepped_up_at) == (None, None)


def test_a_token_never_outlives_what_it_stands_on() -> None:
    confirmed = link().stepped_up(new_id(), NOON)

    assert confirmed.token_lives(NOON) == TOKEN_LIVES
    assert confirmed.token_lives(NOON + 9 * MINUTE) == MINUTE


@pytest.mark.parametrize(
    ("changes", "at", "status"),
    [
        ({}, NOON, ChannelStepUpStatus.WAITING),
        ({}, NOON + 10 * MINUTE, ChannelStepUpStatus.EXPIRED),
        ({"confirmed_at": NOON}, NOON + 60 * MINUTE, ChannelStepUpStatus.CONFIRMED),
        ({"refused_at": NOON}, NOON, ChannelStepUpStatus.REFUSED),
    ],
)
def test_a_step_up_is_answered_or_runs_out(changes: dict[str, Any], at: datetime, status: ChannelStepUpStatus) -> None:
    asked = StepUp(
        id=new_id(),
        link_id=new_id(),
        person_id=new_id(),
        method=StepUpMethod.APP,
        created_at=NOON,
        expires_at=NOON + 10 * MINUTE,
    )

    assert replace(asked, **changes).status(at) is status


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_link_code()

    assert len(canonical_link_code(code)) == 8
    assert canonical_link_code(f" {code.lower()} ") == canonical_link_code(code)
    assert canonical_link_code("O1l0-ABCD") == canonical_link_code("0110-abcd")


def test_a_chat_identity_is_shown_by_its_end() -> None:
    assert (masked("2348031234567"), masked("abc")) == ("••4567", "••")
