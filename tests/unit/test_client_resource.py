from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Request, post
from litestar.datastructures import UploadFile
from litestar.testing import create_test_client
from msgspec import Struct

from shared.client import errors
from shared.client.files import Upload, multipart, suggested_filename
from shared.client.paths import part, query
from shared.paging import Page
from tests.builders.sdk import BOTH, Sdk, Server, problem, script

Make = Callable[..., Sdk]
both = pytest.mark.parametrize("make", BOTH)


class Status(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class Thing(Struct, frozen=True, kw_only=True):
    name: str
    status: Status = Status.ACTIVE


class StrictThing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: Status


def pages(*batches: list[str]) -> Server:
    """A list in pages whose cursors are their numbers."""

    def handler(request: httpx.Request) -> httpx.Response:
        n = int(request.url.params.get("cursor", "0"))
        following = str(n + 1) if n + 1 < len(batches) else None
        return httpx.Response(200, json={"items": [{"name": name} for name in batches[n]], "next_cursor": following})

    return Server(handler)


@both
async def test_iterating_follows_cursors_to_the_end(make: Make) -> None:
    server = pages(["a", "b"], [], ["c"])
    sdk = make(server)

    things = await sdk.collect(sdk.resource._pages("/v1/things", Thing, params={"status": Status.CLOSED}, limit=2))

    assert [thing.name for thing in things] == ["a", "b", "c"]
    assert [str(request.url.params) for request in server.requests] == [
        "status=closed&limit=2",
        "status=closed&cursor=1&limit=2",
        "status=closed&cursor=2&limit=2",
    ]


@both
async def test_iterating_asks_for_a_page_only_when_it_is_needed(make: Make) -> None:
    server = pages(["a", "b"], ["c"])
    sdk = make(server)
    things = sdk.resource._pages("/v1/things", Thing)

    if sdk.is_async:
        assert (await anext(things)).name == "a"
        await things.aclose()
    else:
        assert next(things).name == "a"
        things.close()

    assert len(server.requests) == 1


@both
async def test_one_page_is_typed(make: Make) -> None:
    page = await make(pages(["a"], ["b"])).call("page", "/v1/things", Thing, cursor="1", limit=1)

    assert page == Page(items=[Thing(name="b")], next_cursor=None)


@both
async def test_a_list_that_goes_round_in_circles_is_stopped(make: Make) -> None:
    sdk = make(Server(lambda _: httpx.Response(200, json={"items": [], "next_cursor": "again"})))

    with pytest.raises(errors.UnexpectedResponse, match="circles"):
        await sdk.collect(sdk.resource._pages("/v1/things", Thing))


@both
async def test_a_newer_api_does_not_break_an_older_client(make: Make) -> None:
    sdk = make(script(httpx.Response(200, json={"name": "x", "status": "frozen", "colour": {"deep": True}})))

    thing = await sdk.call("get", "/v1/things/1", Thing)

    assert isinstance(thing.status, Status)
    assert thing.status.value == str(thing.status) == "frozen"
    assert thing.status not in set(Status)
    assert msgspec.json.encode(thing) == b'{"name":"x","status":"frozen"}'


@both
async def test_requests_stay_strict_after_a_tolerant_answer(make: Make) -> None:
    await make(script(httpx.Response(200, json={"name": "x", "status": "frozen"}))).call("get", "/v1/things", Thing)

    with pytest.raises(msgspec.ValidationError, match="Invalid enum value 'frozen'"):
        msgspec.json.decode(b'{"status":"frozen"}', type=StrictThing)
    with pytest.raises(ValueError, match="frozen"):
        Status("frozen")


@both
async def test_calls_without_an_answer_return_none(make: Make) -> None:
    sdk = make(Server(lambda _: httpx.Response(204)))

    assert await sdk.call("post", "/v1/things/1/close", None, None) is None
    assert await sdk.call("put", "/v1/things/1", Thing(name="x"), None) is None
    assert await sdk.call("delete", "/v1/things/1") is None


@both
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"other":1}', b'{"name":7}'])
async def test_an_answer_of_another_shape_is_unexpected(make: Make, body: bytes) -> None:
    sdk = make(script(httpx.Response(200, content=body, headers={"X-Request-Id": "r-1"})))

    with pytest.raises(errors.UnexpectedResponse) as told:
        await sdk.call("get", "/v1/things/1", Thing)

    assert told.value.request_id == "r-1"
    assert told.value.status == 200
    assert told.value.body_start == body.decode()


@both
async def test_a_problem_becomes_its_branch_with_all_it_says(make: Make) -> None:
    answer = problem(
        400,
        "invalid_input",
        title="Invalid input",
        detail="See errors.",
        instance="/v1/things",
        errors={"name": "is too long"},
        headers={"X-Request-Id": "r-42"},
    )

    with pytest.raises(errors.InvalidInput) as told:
        await make(script(answer)).call("post", "/v1/things", Thing(name="x"), Thing, idempotency_key="key-12345")

    error = told.value
    assert (error.status, error.code, error.title, error.detail) == (
        400,
        "invalid_input",
        "Invalid input",
        "See errors.",
    )
    assert (error.instance, error.fields) == ("/v1/things", {"name": "is too long"})
    assert (error.request_id, error.idempotency_key) == ("r-42", "key-12345")
    assert str(error) == "400 invalid_input: See errors. (request r-42)"


@both
async def test_an_upload_is_the_same_bytes_on_each_try(make: Make) -> None:
    server = script(problem(503, "unavailable"), httpx.Response(201, json={"name": "x"}))
    upload = Upload(filename="pass port.png", content=b"\x89PNG", media_type="image/png")

    await make(server).call("upload", "/v1/documents", upload, Thing, fields={"kind": "passport"})

    first, second = server.requests
    assert first.content == second.content == multipart(upload, {"kind": "passport"})[0]
    assert first.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


@both
async def test_a_download_keeps_bytes_type_and_a_safe_name(make: Make) -> None:
    headers = {
        "Content-Type": "application/pdf; x=y",
        "Content-Disposition": 'attachment; filename="../../key facts.pdf"',
    }
    sdk = make(script(httpx.Response(200, content=b"%PDF", headers=headers)))

    file = await sdk.call("download", "/v1/agreements/1/document")

    assert (file.content, file.media_type, file.filename) == (b"%PDF", "application/pdf", "key facts.pdf")


def test_a_real_server_reads_our_multipart() -> None:
    seen: dict[str, Any] = {}

    @post("/")
    async def receive(request: Request[Any, Any, Any]) -> None:
        form = await request.form()
        file = form["file"]
        assert isinstance(file, UploadFile)
        seen.update(kind=form["kind"], name=file.filename, type=file.content_type, content=await file.read())

    content, content_type = multipart(
        Upload(filename='pass"port\n.png', content=b"--\r\n\x00", media_type="image/png"), {"kind": "ìwé"}
    )
    with create_test_client([receive]) as client:
        assert client.post("/", content=content, headers={"Content-Type": content_type}).status_code == 201

    assert seen == {"kind": "ìwé", "name": 'pass"port\n.png', "type": "image/png", "content": b"--\r\n\x00"}


def test_a_media_type_cannot_smuggle_headers() -> None:
    content, _ = multipart(Upload(filename="x", content=b"", media_type="a/b\r\nX-Evil: 1"))

    assert b"\r\nX-Evil" not in content


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (None, None),
        ("attachment", None),
        ('attachment; filename="statement.csv"', "statement.csv"),
        ("attachment; filename*=UTF-8''%C3%ACw%C3%A9.pdf", "ìwé.pdf"),
        ('attachment; filename="C:\\\\temp\\\\x.pdf"', "x.pdf"),
        ('attachment; filename="folder/"', None),
    ],
)
def test_a_suggested_file_name_has_no_folder(header: str | None, name: str | None) -> None:
    assert suggested_filename(header) == name


def test_queries_are_written_as_the_api_reads_them() -> None:
    pairs = query(
        {
            "none": None,
            "yes": True,
            "status": Status.CLOSED,
            "on": date(2026, 3, 2),
            "at": datetime(2026, 3, 2, 12, tzinfo=UTC),
            "rate": Decimal("24.50"),
            "id": UUID(int=7),
            "many": [Status.ACTIVE, "b"],
            "n": 3,
        }
    )

    assert pairs == (
        ("yes", "true"),
        ("status", "closed"),
        ("on", "2026-03-02"),
        ("at", "2026-03-02T12:00:00+00:00"),
        ("rate", "24.50"),
        ("id", "00000000-0000-0000-0000-000000000007"),
        ("many", "active"),
        ("many", "b"),
        ("n", "3"),
    )


def test_a_path_part_cannot_change_the_path() -> None:
    assert part("a/b?c#d é") == "a%2Fb%3Fc%23d%20%C3%A9"
    for bad in ("", ".", ".."):
        with pytest.raises(ValueError, match="path segment"):
            part(bad)
