"""Phone number, e-mail address and recovery codes: changed by codes only, and shown once."""

from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec.structs import replace

from shared.api.identity import CodeChannel, CodeSent, RecoveryCodesOut
from shared.clock import FixedClock
from tests.builders import app_samples as samples
from tests.builders.app_stage import Table, show
from tests.builders.flet_window import Window

THERE, HERE = UUID(int=71), UUID(int=72)


def sent(challenge_id: UUID, to: str) -> CodeSent:
    return CodeSent(
        challenge_id=challenge_id,
        sent_to=to,
        channel=CodeChannel.EMAIL if "@" in to else CodeChannel.SMS,
        expires_at=samples.FAR,
        resend_at=samples.NOW,
        digits=6,
    )


def asked(table: Table, path: str) -> list[dict[str, object]]:
    return [msgspec.json.decode(each.content) for each in table.asked if each.url.path == path]


async def with_both_codes(table: Table) -> Window:
    """Ada adds an address and types the code that arrived there, then the one that arrived on her phone."""
    window = await show("/profile/contacts", table=table)
    await window.until(lambda: "Not given yet" in window.words)
    await window.press("change-email")
    await window.write("E-mail address", "ada@example.com")
    await window.press("send-code")
    await window.until(lambda: "a•••@example.com" in window.words)
    await window.write("Code", "111111")
    await window.until(lambda: "And the second code" in window.words)
    assert not asked(table, "/v1/me/contacts/confirm")
    await window.write("Second code", "222222")
    return window


def table_of() -> Table:
    return Table(
        {
            "POST /v1/me/contacts": sent(THERE, "a•••@example.com"),
            "POST /v1/auth/step-up": sent(HERE, "+234•••67"),
            "POST /v1/me/contacts/confirm": replace(samples.PERSON, email="ada@example.com"),
        }
    )


async def test_a_new_address_counts_once_both_codes_are_there() -> None:
    table = table_of()

    window = await with_both_codes(table)

    await window.until(lambda: "ada@example.com" in window.words)
    assert "Not given yet" not in window.words
    assert asked(table, "/v1/auth/step-up") == [
        {"action": "person.change_contact", "subject": str(THERE), "channel": None}
    ]
    assert asked(table, "/v1/me/contacts/confirm") == [
        {"challenge_id": str(THERE), "code": "111111", "step_up_code": "222222"}
    ]


async def test_a_wrong_code_changes_nothing_and_the_address_can_be_typed_anew() -> None:
    table = table_of()
    table.set("POST /v1/me/contacts/confirm", (403, "step_up_refused"))

    window = await with_both_codes(table)
    await window.until(lambda: "The platform says step_up_refused." in window.words)
    await window.press("back")

    await window.until(lambda: "What is your new e-mail address?" in window.words)
    await window.press("back")
    await window.until(lambda: "Not given yet" in window.words)
    assert window.page.route == "/profile/contacts"


async def test_recovery_codes_are_renewed_by_a_code_and_shown_once() -> None:
    table = Table({"GET /v1/me": replace(samples.PERSON, second_factor=True)})
    table.set("POST /v1/me/authenticator/recovery-codes", RecoveryCodesOut(recovery_codes=["7K2QX-0M4ZD"]))
    window = await show("/profile/authenticator", table=table)
    await window.until(lambda: "New recovery codes" in window.words)
    await window.write("Code", "123456")

    await window.press("renew-codes")

    await window.until(lambda: "7K2QX-0M4ZD" in window.words)
    assert asked(table, "/v1/me/authenticator/recovery-codes") == [{"code": "123456"}]
    again = await show("/profile/authenticator", table=table)
    await again.until(lambda: "New recovery codes" in again.words)
    assert "7K2QX-0M4ZD" not in again.words


async def test_each_code_is_sent_anew_once_it_may_be_and_the_new_ones_count() -> None:
    clock = FixedClock(samples.NOW)
    soon = samples.NOW + timedelta(seconds=30)
    table = table_of()
    table.set("POST /v1/me/contacts", replace(sent(THERE, "a•••@example.com"), resend_at=soon))
    window = await show("/profile/contacts", table=table, clock=clock)
    await window.until(lambda: "Not given yet" in window.words)
    await window.press("change-email")
    await window.write("E-mail address", "ada@example.com")
    await window.press("send-code")
    await window.until(lambda: "New code in 31 seconds" in window.words)

    clock.advance(timedelta(seconds=31))
    await window.until(lambda: "Send a new code" in window.words)
    table.set("POST /v1/me/contacts", sent(UUID(int=73), "a•••@example.com"))
    await window.press("resend")
    await window.write("Code", "111111")
    await window.until(lambda: "And the second code" in window.words)
    await window.press("resend")
    await window.write("Second code", "222222")

    await window.until(lambda: "ada@example.com" in window.words)
    assert len(asked(table, "/v1/me/contacts")) == 2
    assert [each["subject"] for each in asked(table, "/v1/auth/step-up")] == [str(UUID(int=73))] * 2
    assert asked(table, "/v1/me/contacts/confirm") == [
        {"challenge_id": str(UUID(int=73)), "code": "111111", "step_up_code": "222222"}
    ]
