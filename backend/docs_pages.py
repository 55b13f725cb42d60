"""The documentation pages. They load nothing from outside, and a Content-Security-Policy holds them to it."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.params import FromPath
from msgspec import Struct

from backend.kernel.problems import PROBLEMS_PATH
from backend.openapi import document
from shared.errors import CaasError, NotFound

_VENDOR = Path(__file__).parent.parent / "assets" / "vendor"
_BUNDLES = {"scalar": "scalar-1.46.4.js", "redoc": "redoc-2.5.4.js"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>CaaS API</title></head>
<body style="margin:0"><div id="docs"></div>
<script src="/docs/assets/{kind}.js"></script><script src="/docs/assets/{kind}-start.js"></script></body>
</html>
"""
_STARTS = {
    "scalar": "Scalar.createApiReference('#docs', {url: '/docs/openapi.json', withDefaultFonts: false,"
    " telemetry: false, showDeveloperTools: 'never', hideClientButton: true, agent: {disabled: true}})",
    "redoc": "Redoc.init('/docs/openapi.json', {hideLoading: true}, document.getElementById('docs'))",
}
_PUBLIC = {"public": True, "tenant": False}


class ProblemKind(Struct, frozen=True, kw_only=True):
    """What a problem's code means."""

    code: str
    status: int
    message: str


def problem_kinds() -> dict[str, ProblemKind]:
    """Every declared error, by code."""
    kinds: dict[str, ProblemKind] = {}
    waiting: list[type[CaasError]] = [CaasError]
    while waiting:
        kind = waiting.pop()
        kinds.setdefault(kind.code, ProblemKind(code=kind.code, status=kind.status, message=kind.message))
        waiting.extend(kind.__subclasses__())
    return dict(sorted(kinds.items()))


def _page(kind: str) -> Response[str]:
    headers = {"Content-Security-Policy": _POLICY}
    return Response(_PAGE.format(kind=kind), media_type=MediaType.HTML, headers=headers)


@get("/docs", opt=_PUBLIC, include_in_schema=False, sync_to_thread=False)
def reference_page() -> Response[str]:
    """The reference, with a client to try it."""
    return _page("scalar")


@get("/docs/redoc", opt=_PUBLIC, include_in_schema=False, sync_to_thread=False)
def redoc_page() -> Response[str]:
    """The reference to read and print."""
    return _page("redoc")


@get("/docs/assets/{name:str}", opt=_PUBLIC, include_in_schema=False, sync_to_thread=True)
def asset(name: FromPath[str]) -> Response[bytes]:
    """A script of the pages."""
    kind = name.removesuffix(".js")
    headers = {"Cache-Control": "public, max-age=86400"}
    if kind in _BUNDLES:
        content = (_VENDOR / _BUNDLES[kind]).read_bytes()
    elif kind.removesuffix("-start") in _STARTS:
        content = _STARTS[kind.removesuffix("-start")].encode()
    else:
        raise NotFound
    return Response(content, media_type="text/javascript", headers=headers)


def rendered(app: Litestar) -> bytes:
    """The completed OpenAPI document of `app` as JSON, made once."""
    if "openapi" not in app.state:
        app.state["openapi"] = msgspec.json.encode(document(app))
    return bytes(app.state["openapi"])


@get("/docs/openapi.json", opt=_PUBLIC, include_in_schema=False, sync_to_thread=False)
def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI document."""
    return Response(rendered(request.app), media_type="application/vnd.oai.openapi+json")


@get(PROBLEMS_PATH, operation_id="listProblems", opt=_PUBLIC, tags=["Problems"], sync_to_thread=False)
def list_problems() -> list[ProblemKind]:
    """Every problem that the API can answer with: its code, its status, and its message."""
    return list(problem_kinds().values())


@get(f"{PROBLEMS_PATH}/{{code:str}}", operation_id="getProblem", opt=_PUBLIC, tags=["Problems"], sync_to_thread=False)
def get_problem(code: FromPath[str]) -> ProblemKind:
    """What one problem's code means."""
    kind = problem_kinds().get(code)
    if kind is None:
        raise NotFound
    return kind


PAGES = (reference_page, redoc_page, asset, openapi_json, list_problems, get_problem)
