"""Pictures from the camera: looked at, taken again, sent; what happens without one; which way round."""

import io

import flet as ft
import pytest
from msgspec.structs import replace
from PIL import Image

from app.platform.flet_camera import meaning, unmirrored
from app.platform.port import MAX_FILE_BYTES, Lens, Picked, Trouble
from backend.onboarding.imaging import clean_file
from shared.api.applications import ApplicationStatus
from shared.api.onboarding import DocumentOut, DocumentPurpose
from shared.api.products import AttachmentKind
from tests.builders import app_samples as samples
from tests.builders.app_stage import DeviceInMemory, Table, show
from tests.builders.app_support_samples import DISPUTE
from tests.builders.flet_window import Window

FRONT = DocumentOut(
    id=samples.LOAN,
    purpose=DocumentPurpose.IDENTITY_FRONT,
    media_type="image/jpeg",
    size=5,
    sha256="0" * 64,
    created_at=samples.NOW,
)


async def at_document(device: DeviceInMemory, table: Table, task: str = "document") -> Window:
    table.set("POST /v1/documents", FRONT)
    window = await show(f"/kyc/{task}", device=device, table=table)
    await window.until(lambda: "Take a photo" in window.words)
    return window


def sent(table: Table) -> list[bytes]:
    return [each.content for each in table.asked if each.method == "POST" and each.url.path == "/v1/documents"]


def cameras(window: Window) -> int:
    """How many cameras are on the screen, in sheets that are open."""
    return sum(bool(each.data == "camera") for each in window.all(ft.Container))


async def test_a_picture_is_looked_at_before_anything_is_sent_and_taken_again_at_will() -> None:
    device, table = DeviceInMemory(), Table()
    device.pictures = [b"first", b"second"]
    window = await at_document(device, table)

    await window.press("photo-upload-front")
    await window.press("take-picture")
    await window.until(lambda: "Can you read every word?" in window.words)
    assert cameras(window) == 0
    await window.press("retake")
    await window.until(lambda: cameras(window) == 1)
    assert sent(table) == []
    await window.press("take-picture")
    await window.press("use-picture")

    await window.until(lambda: "Received: photo.jpg" in window.words)
    assert device.lenses == [Lens.BACK, Lens.BACK]
    assert len(sent(table)) == 1
    assert b"second" in sent(table)[0]


async def test_a_face_is_taken_by_the_camera_on_the_front() -> None:
    device = DeviceInMemory()
    window = await at_document(device, Table(), "selfie")

    await window.press("photo-upload-selfie")

    await window.until(lambda: device.lenses == [Lens.FRONT])


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.DENIED, "may not use the camera"),
        (Trouble.NONE, "no camera that we can use"),
        (Trouble.BUSY, "Another app uses the camera"),
        (Trouble.BROKEN, "does not work just now"),
    ],
)
async def test_without_a_camera_one_is_told_why_and_hands_in_a_file(trouble: Trouble, words: str) -> None:
    device, table = DeviceInMemory(), Table()
    device.pictures, device.files = [trouble], [Picked(name="front.jpg", content=b"a file")]
    window = await at_document(device, table)

    await window.press("photo-upload-front")
    await window.until(lambda: words in window.words)
    assert sent(table) == []
    await window.press("choose-instead")

    await window.until(lambda: "Received: front.jpg" in window.words)
    assert b"a file" in sent(table)[0]


async def test_a_camera_that_was_busy_is_tried_again() -> None:
    device = DeviceInMemory()
    device.pictures = [Trouble.BUSY, b"picture"]
    window = await at_document(device, Table())
    await window.press("photo-upload-front")
    await window.until(lambda: "Another app" in window.words)

    await window.press("camera-again")
    await window.press("take-picture")

    await window.until(lambda: "Can you read every word?" in window.words)


async def test_what_is_too_large_is_not_sent() -> None:
    device, table = DeviceInMemory(), Table()
    device.pictures = [b"x" * (MAX_FILE_BYTES + 1)]
    window = await at_document(device, table)
    await window.press("photo-upload-front")
    await window.press("take-picture")
    await window.press("use-picture")
    await window.until(lambda: "larger than 10 MB" in window.words)
    assert sent(table) == []


async def test_what_the_platform_refuses_is_said() -> None:
    device, table = DeviceInMemory(), Table()
    device.pictures = [b"blurred"]
    window = await at_document(device, table)
    table.set("POST /v1/documents", (422, "file_refused"))

    await window.press("photo-upload-front")
    await window.press("take-picture")
    await window.press("use-picture")

    await window.until(lambda: "The platform says file_refused." in window.words)
    assert "Received" not in window.words


async def test_a_statement_is_a_file_and_no_photo_is_offered_of_it() -> None:
    product = replace(samples.PRODUCT_OUT, required_attachments=(AttachmentKind.BANK_STATEMENT,))
    lacking = replace(samples.application(ApplicationStatus.DRAFT), missing=["attachments.bank_statement"])
    place = f"GET /v1/applications/{samples.APPLICATION}"
    table = Table({place: lacking, f"GET /v1/products/{product.id}": product})

    window = await show(f"/apply/{samples.APPLICATION}", table=table)

    await window.until(lambda: bool(window.all(ft.Semantics, identifier="upload-bank_statement")))
    assert "Take a photo" not in window.words


async def test_where_there_is_no_camera_none_is_offered() -> None:
    device = DeviceInMemory()
    device.has_camera = False

    window = await show("/kyc/document", device=device)

    await window.until(lambda: "Front" in window.words)
    assert "Take a photo" not in window.words


async def test_evidence_of_a_dispute_can_be_photographed_too() -> None:
    window = await show(f"/disputes/{DISPUTE}")

    await window.until(lambda: "Take a photo" in window.words)


def test_a_picture_from_a_mirror_is_the_right_way_round_once_the_platform_has_it() -> None:
    picture = Image.new("RGB", (64, 64), "red")
    picture.paste("blue", (32, 0, 64, 64))
    written = io.BytesIO()
    picture.save(written, "JPEG")

    kept = Image.open(io.BytesIO(clean_file(unmirrored(written.getvalue())).content))

    red, _, blue = kept.getpixel((8, 32))  # type: ignore[misc]
    assert blue > 200
    assert red < 50
    assert unmirrored(b"not a picture") == b"not a picture"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("CameraException(CameraAccessDenied, The user did not grant the camera permission)", Trouble.DENIED),
        ("CameraException(cameraNotFound, No camera found for the given camera options.)", Trouble.NONE),
        ("CameraException(cameraNotReadable, The camera is not readable due to a hardware error)", Trouble.BUSY),
        ("something else", Trouble.BROKEN),
    ],
)
def test_the_words_of_systems_and_browsers_are_understood(error: str, trouble: Trouble) -> None:
    assert meaning(error) is trouble
