"""What a context's part of the client is built from: typed calls, pages, uploads and downloads."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypedDict, TypeVar, Unpack, overload

import msgspec

from shared.client import codec
from shared.client._async.session import AsyncSession
from shared.client.call import JSON, Call
from shared.client.errors import UnexpectedResponse
from shared.client.files import Download, Upload, multipart, suggested_filename
from shared.client.paths import query
from shared.client.problems import Answer, unexpected
from shared.client.tokens import Grant
from shared.ids import new_id
from shared.paging import DEFAULT_PAGE, Page

T = TypeVar("T")
Params = Mapping[str, object]


class Options(TypedDict, total=False):
    """`params` become the query; `public` calls carry no Authorization; a POST without a key is given one."""

    params: Params | None
    idempotency_key: str | None
    public: bool


class Resource:
    """Base of the client's parts. Its methods raise ApiError, TransportError, UnexpectedResponse and their branches.

    `out` is the response struct, or None where the API answers without a body.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def _get(self, path: str, out: type[T], *, params: Params | None = None, public: bool = False) -> T:
        call = Call(method="GET", path=path, query=query(params), public=public)
        return _decoded(await self._session.send(call), out, call)

    @overload
    async def _post(self, path: str, body: object, out: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def _post(self, path: str, body: object, out: None, **options: Unpack[Options]) -> None: ...
    async def _post(self, path: str, body: object, out: type[Any] | None, **options: Unpack[Options]) -> Any:
        options["idempotency_key"] = options.get("idempotency_key") or str(new_id())
        return await self._write("POST", path, body, out, options)

    @overload
    async def _put(self, path: str, body: object, out: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def _put(self, path: str, body: object, out: None, **options: Unpack[Options]) -> None: ...
    async def _put(self, path: str, body: object, out: type[Any] | None, **options: Unpack[Options]) -> Any:
        return await self._write("PUT", path, body, out, options)

    @overload
    async def _patch(self, path: str, body: object, out: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def _patch(self, path: str, body: object, out: None, **options: Unpack[Options]) -> None: ...
    async def _patch(self, path: str, body: object, out: type[Any] | None, **options: Unpack[Options]) -> Any:
        return await self._write("PATCH", path, body, out, options)

    @overload
    async def _delete(self, path: str, out: type[T], **options: Unpack[Options]) -> T: ...
    @overload
    async def _delete(self, path: str, out: None = None, **options: Unpack[Options]) -> None: ...
    async def _delete(self, path: str, out: type[Any] | None = None, **options: Unpack[Options]) -> Any:
        return await self._write("DELETE", path, None, out, options)

    async def _page(
        self,
        path: str,
        item: type[T],
        *,
        params: Params | None = None,
        cursor: str | None = None,
        limit: int = DEFAULT_PAGE,
    ) -> Page[T]:
        paged = {**(params or {}), "cursor": cursor, "limit": limit}
        out: type[Page[T]] = Page[item]  # type: ignore[valid-type]  # a generic of a run-time type
        return await self._get(path, out, params=paged)

    async def _pages(
        self, path: str, item: type[T], *, params: Params | None = None, limit: int = DEFAULT_PAGE
    ) -> AsyncIterator[T]:
        """Every item. An API that hands out a cursor twice ends the iteration with UnexpectedResponse."""
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            page = await self._page(path, item, params=params, cursor=cursor, limit=limit)
            for entry in page.items:
                yield entry
            cursor = page.next_cursor
            if cursor is None:
                return
            if cursor in seen:
                raise UnexpectedResponse("The list goes round in circles: one cursor came twice.", status=200)
            seen.add(cursor)

    @overload
    async def _upload(
        self,
        path: str,
        upload: Upload,
        out: type[T],
        *,
        fields: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> T: ...
    @overload
    async def _upload(
        self,
        path: str,
        upload: Upload,
        out: None,
        *,
        fields: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> None: ...
    async def _upload(
        self,
        path: str,
        upload: Upload,
        out: type[Any] | None,
        *,
        fields: Mapping[str, str] | None = None,
        **options: Unpack[Options],
    ) -> Any:
        content, content_type = multipart(upload, fields)
        call = Call(
            method="POST",
            path=path,
            query=query(options.get("params")),
            content=content,
            content_type=content_type,
            idempotency_key=options.get("idempotency_key") or str(new_id()),
            public=options.get("public", False),
        )
        answer = await self._session.send(call)
        return None if out is None else _decoded(answer, out, call)

    async def _download(self, path: str, *, params: Params | None = None) -> Download:
        call = Call(method="GET", path=path, query=query(params), accept="*/*")
        answer = await self._session.send(call)
        name = suggested_filename(answer.headers.get("content-disposition"))
        return Download(content=answer.content, media_type=answer.media_type, filename=name)

    async def _adopt(self, grant: Grant) -> None:
        """Keeps the tokens of a sign-in."""
        await self._session.adopt(grant)

    async def _forget(self) -> None:
        """Drops the tokens."""
        await self._session.forget()

    async def _write(self, method: str, path: str, body: object, out: type[T] | None, options: Options) -> T | None:
        call = Call(
            method=method,
            path=path,
            query=query(options.get("params")),
            content=None if body is None else codec.encode(body),
            content_type=None if body is None else JSON,
            idempotency_key=options.get("idempotency_key"),
            public=options.get("public", False),
        )
        answer = await self._session.send(call)
        return None if out is None else _decoded(answer, out, call)


def _decoded(answer: Answer, out: type[T], call: Call) -> T:
    try:
        return codec.decode(answer.content, out)
    except msgspec.MsgspecError as error:
        why = f"The answer to {call.method} {call.path} is not what this client expects ({error})"
        raise unexpected(answer, why, call.idempotency_key) from error
