"""What is signed, and what proves it afterwards."""

from uuid import UUID

import flet as ft
import msgspec
import pytest
from msgspec.structs import replace

from app.screens.agreement.evidence import veiled
from shared.api.agreements import AgreementOut, EvidenceOut
from shared.api.identity import CodeChannel, CodeSent
from tests.builders import app_samples as samples
from tests.builders.app_paper_samples import EVIDENCE, SIGNED
from tests.builders.app_stage import DeviceInMemory, Table, show

READY = samples.AGREEMENT
SENT = CodeSent(challenge_id=UUID(int=90), sent_to="+234•••67", expires_at=samples.FAR, resend_at=samples.NOW, digits=6)


async def test_nothing_is_signed_before_each_document_is_accepted_by_itself() -> None:
    table = Table({f"POST /v1/agreements/{READY}/signing-codes": SENT})
    window = await show(f"/agreements/{READY}", table=table)
    await window.until(lambda: len(window.all(ft.Checkbox)) == 2)

    await window.fire(window.all(ft.Checkbox)[0], "change", value=True)
    await window.press("sign")

    assert not [each for each in table.asked if each.url.path.endswith("/signing-codes")]
    await window.fire(window.all(ft.Checkbox)[1], "change", value=True)
    await window.press("sign")
    await window.until(lambda: "Sign with the code" in window.words)


async def test_a_code_that_does_not_arrive_is_read_out_by_a_call() -> None:
    codes = f"POST /v1/agreements/{READY}/signing-codes"
    table = Table({codes: SENT})
    window = await show(f"/agreements/{READY}", table=table)
    await window.until(lambda: len(window.all(ft.Checkbox)) == 2)
    for each in window.all(ft.Checkbox):
        await window.fire(each, "change", value=True)
    await window.press("sign")
    await window.until(lambda: "We sent 6 digits to +234•••67." in window.words)

    table.set(codes, replace(SENT, channel=CodeChannel.VOICE))
    await window.press("call-me")

    await window.until(lambda: "We call +234•••67 and say 6 digits, twice." in window.words)
    asked = [each.url.query for each in table.asked if each.url.path.endswith("/signing-codes")]
    assert asked == [b"", b"channel=voice"]


async def test_the_agreement_says_in_which_language_it_is_and_what_happens_early_and_late() -> None:
    spoken: AgreementOut = replace(samples.agreement(), language="sw")
    window = await show(f"/agreements/{READY}", table=Table({f"GET /v1/agreements/{READY}": spoken}))

    await window.until(lambda: "Kiswahili" in window.words)

    assert "12% a year on what is late, after 3 days" in window.words
    assert "any time, for less interest" in window.words


async def test_the_evidence_shows_how_it_was_signed_and_is_saved_whole() -> None:
    device = DeviceInMemory()
    window = await show(f"/agreements/{SIGNED}", device=device)
    await window.until(lambda: "With a code" in window.words)
    assert "Unchanged: the documents are those that you signed." in window.words
    assert "0123abcd 0123abcd" in window.words
    assert "102.89.•••" in window.words
    assert "102.89.33.7" not in window.words

    await window.press("save-evidence")

    name, content = device.saved[0]
    assert name == f"signature-{SIGNED}.json"
    assert msgspec.json.decode(content, type=EvidenceOut) == EVIDENCE


async def test_what_is_no_longer_as_it_was_signed_is_said_plainly() -> None:
    torn = replace(EVIDENCE, is_intact=False, method="passkey")

    window = await show(f"/agreements/{SIGNED}", table=Table({f"GET /v1/agreements/{SIGNED}/evidence": torn}))

    await window.until(lambda: "no longer those of your signature" in window.words)
    assert "With a passkey" in window.words
    assert "Unchanged" not in window.words


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("102.89.33.7", "102.89.•••"),
        ("2c0f:f5c0:0:1::7", "2c0f:f5c0:•••"),
        ("127.0.0.1", ""),
        ("10.4.0.9", ""),
        ("testclient", ""),
    ],
)
def test_an_address_is_known_again_by_its_owner_alone_and_left_out_where_it_is_nobodys(
    address: str, shown: str
) -> None:
    assert veiled(address) == shown
