"""Identity documents by the camera, in Chromium with a camera that it plays; the API says what arrived."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from backend.cli import papers
from backend.cli.phone import sign_in
from shared.api.onboarding import DocumentPurpose, TaskState
from shared.client import AsyncClient, ClientConfig
from tests.app.browser.conftest import AppProcess
from tests.builders.app_walk import Walker
from tests.builders.browser import DESKTOP, PHONE, Visit, chromium, visit
from tests.builders.running import RunningPlatform

_PLAYED = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# Remembers what the page was given, to see that it lets go of it.
_WATCHED = """
window.tracks = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async wanted => {
  const stream = await ask(wanted);
  window.tracks.push(...stream.getTracks());
  return stream;
};
"""
_REFUSED = "navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('no', '{name}'); }};"
_LIVING = "window.tracks.filter(each => each.readyState === 'live').length"


@pytest.fixture(scope="module")
async def filming() -> AsyncIterator[Browser]:
    """A browser with a camera that plays a film of its own."""
    async with chromium(*_PLAYED) as running:
        yield running


async def to_document(seen: Visit, staff: AsyncClient, folder: Path, phone: str) -> None:
    """Signs somebody up and leads them to the task of the identity document."""
    await Walker(seen, staff, folder, phone).sign_up()
    await seen.press("quick-kyc")
    await seen.press("task-document")
    await seen.see("photo-upload-front")


async def living(seen: Visit, count: int) -> None:
    """Waits until so many tracks of the camera are alive; the page's policy allows no script to wait in it."""
    async with asyncio.timeout(20):
        while await seen.page.evaluate(_LIVING) != count:  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.1)


async def ready(seen: Visit) -> None:
    """Waits until the camera shows and the button can be pressed."""
    await living(seen, 1)
    await seen.page.locator("[flt-semantics-identifier=take-picture]:not([aria-disabled=true])").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_document_is_photographed_looked_at_taken_again_and_accepted(
    filming: Browser,
    app_process: AppProcess,
    running_platform: RunningPlatform,
    staff: AsyncClient,
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    phone = papers.phone_number(papers.NIGERIA)
    async with visit(filming, app_process.url, size=size, before=_WATCHED) as seen:
        await to_document(seen, staff, tmp_path, phone)
        await seen.press("document-kind")
        await seen.page.get_by_role("button", name="Driver's licence").click()

        await seen.press("photo-upload-front")
        await ready(seen)
        assert await seen.hindrances() == []
        await seen.press("take-picture")
        await seen.see("use-picture")
        await expect(seen.page.get_by_role("img", name="The picture you took")).to_be_attached()
        await living(seen, 0)  # nobody is watched while they look
        await seen.press("retake")
        await ready(seen)
        await seen.press("take-picture")
        await seen.press("use-picture")
        await seen.hear("Received: photo.jpg")
        await living(seen, 0)

        await seen.write("Number", f"D{papers.digits(11)}")
        await seen.write("Valid until", "31/01/2034")
        await seen.press("save-task")
        await seen.see("task-document")

    config = ClientConfig(
        base_url=running_platform.url, tenant="demo", sandbox_url=running_platform.sandbox_url, language="en"
    )
    async with AsyncClient(config) as client:
        await sign_in(client, phone, "Ada Pass")
        states = {each.name: each.state for each in (await client.onboarding.my_kyc()).tasks}
        kept = (await client.onboarding.documents()).items
    assert states["document"] is TaskState.DONE
    assert [each.purpose for each in kept] == [DocumentPurpose.IDENTITY_FRONT]
    assert kept[0].media_type == "image/jpeg"
    assert min(kept[0].width or 0, kept[0].height or 0) >= 480


async def test_the_keyboard_alone_takes_a_picture_and_closing_the_sheet_lets_the_camera_go(
    filming: Browser, app_process: AppProcess, staff: AsyncClient, tmp_path: Path
) -> None:
    async with visit(filming, app_process.url, before=_WATCHED) as seen:
        await to_document(seen, staff, tmp_path, papers.phone_number(papers.NIGERIA))
        await seen.tab_to("photo-upload-front")
        await seen.page.keyboard.press("Enter")
        await ready(seen)
        await seen.tab_to("take-picture")
        await seen.page.keyboard.press("Enter")
        await seen.see("retake")
        await seen.tab_to("retake")
        await seen.page.keyboard.press("Enter")
        await ready(seen)

        await seen.press("close-sheet")

        await living(seen, 0)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotAllowedError", "may not use the camera"),
        ("NotFoundError", "no camera that we can use"),
        ("NotReadableError", "Another app uses the camera"),
    ],
)
async def test_whoever_has_no_camera_is_told_why_and_chooses_a_file(
    filming: Browser, app_process: AppProcess, staff: AsyncClient, tmp_path: Path, name: str, words: str
) -> None:
    picture = tmp_path / "front.jpg"
    picture.write_bytes(papers.picture("front"))
    async with visit(filming, app_process.url, before=_REFUSED.format(name=name)) as seen:
        await to_document(seen, staff, tmp_path, papers.phone_number(papers.NIGERIA))
        await seen.press("photo-upload-front")
        await seen.hear(words)
        assert await seen.hindrances() == []

        await seen.hand_in("choose-instead", picture)

        await seen.hear("Received: front.jpg")
