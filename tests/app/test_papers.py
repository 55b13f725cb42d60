"""What one applied for, signed and gave: found again from the profile, and given back."""

import tomllib
from pathlib import Path

import httpx
import pytest

from shared.api.agreements import AgreementStatus
from shared.api.applications import ApplicationStatus
from shared.client.config import VERSION
from shared.paging import Page
from tests.builders import app_samples as samples
from tests.builders.app_paper_samples import GIVEN, REFUSED, SIGNED, STATEMENT, signed_summary
from tests.builders.app_stage import BROKEN, DeviceInMemory, Table, show

APPLICATION = samples.APPLICATION


@pytest.mark.parametrize(
    ("entry", "place"),
    [("to-applications", "/applications"), ("to-documents", "/profile/documents"), ("to-about", "/profile/about")],
)
async def test_the_profile_leads_to_each(entry: str, place: str) -> None:
    window = await show("/profile")

    await window.press(entry)

    assert window.page.route == place


@pytest.mark.parametrize("status", ApplicationStatus)
async def test_an_application_is_listed_with_its_status_and_leads_to_where_it_stands(status: ApplicationStatus) -> None:
    table = Table({"GET /v1/applications": Page(items=[samples.summary(status)])})
    window = await show("/applications", table=table)
    await window.until(lambda: "₦600,000.00" in window.words)

    await window.press(f"application-{APPLICATION}")

    is_draft = status is ApplicationStatus.DRAFT
    assert window.page.route == f"/apply/{APPLICATION}" if is_draft else f"/applications/{APPLICATION}"
    assert not window.crashes


async def test_what_was_signed_leads_to_its_agreement_and_what_was_not_is_left_out() -> None:
    agreements = [signed_summary(), signed_summary(AgreementStatus.READY)]
    window = await show("/profile/documents", table=Table({"GET /v1/agreements": Page(items=agreements)}))
    await window.until(lambda: "What you signed" in window.words)
    assert window.words.count("Harbor Bank") == 1

    await window.press(f"agreement-{SIGNED}")

    assert window.page.route == f"/agreements/{SIGNED}"


async def test_a_file_that_was_given_is_given_back() -> None:
    device, table = DeviceInMemory(), Table({f"GET /v1/documents/{GIVEN.id}/content": _bytes})
    window = await show("/profile/documents", table=table, device=device)
    await window.until(lambda: "Identity document, front" in window.words)

    await window.press(f"given-{GIVEN.id}")

    assert [name for name, _ in device.saved] == ["identity-front.jpg"]


async def test_a_file_that_can_t_be_had_says_why_and_saves_nothing() -> None:
    device, table = DeviceInMemory(), Table({f"GET /v1/documents/{GIVEN.id}/content": BROKEN})
    window = await show("/profile/documents", table=table, device=device)
    await window.until(lambda: "Identity document, front" in window.words)

    await window.press(f"given-{GIVEN.id}")

    await window.until(lambda: "The platform says internal_error." in window.words)
    assert not device.saved


async def test_an_application_keeps_its_files_and_its_steps_in_sight() -> None:
    device = DeviceInMemory()
    table = Table({f"GET /v1/applications/{REFUSED}/attachments/{STATEMENT.id}/content": _bytes})
    window = await show(f"/applications/{REFUSED}", table=table, device=device)
    await window.until(lambda: "statement.csv" in window.words)
    await window.until(lambda: "Handed in" in window.words)

    await window.press(f"file-{STATEMENT.id}")

    assert [name for name, _ in device.saved] == ["statement.csv"]


async def test_the_version_that_is_shown_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    window = await show("/profile/about")

    await window.until(lambda: "Harbor Bank" in window.words)

    assert project["version"] == VERSION
    assert f"Version {VERSION}" in window.words


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_tenants_seal_is_the_first_letter_of_its_name_in_every_direction(language: str) -> None:
    window = await show("/profile/about", device=DeviceInMemory(language=language))

    await window.until(lambda: "Harbor Bank" in window.words)

    assert "K" in window.words.splitlines()


def _bytes(_: httpx.Request) -> object:
    return "content"
