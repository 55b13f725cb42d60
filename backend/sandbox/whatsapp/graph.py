"""The Graph API's face of the sandbox's WhatsApp: messages, media, templates."""

import hashlib
import hmac
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.sandbox.whatsapp.rules import Refusal
from backend.sandbox.whatsapp.world import WhatsApp

PREFIX = "/graph/{version:str}"
_PUBLIC = {"public": True}  # it has tokens of its own


def _answer(refusal: Refusal) -> Response[dict[str, Any]]:
    headers = {"Retry-After": str(refusal.wait_s)} if refusal.wait_s is not None else {}
    return Response(refusal.body, status_code=refusal.status, headers=headers)


def _permit(request: Request[Any, Any, Any], token: str | None) -> None:
    given = request.headers.get("authorization", "")
    if token is None or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Refusal(190, "Invalid OAuth access token.", status=401)


def _token_of_waba(whatsapp: WhatsApp, waba_id: str) -> str | None:
    return next((number.token for number in whatsapp.numbers.values() if number.waba_id == waba_id), None)


@post(f"{PREFIX}/{{node:str}}/messages", operation_id="graphSendMessage", opt=_PUBLIC, status_code=200)
async def send_message(
    node: FromPath[str], request: Request[Any, Any, Any], whatsapp: NamedDependency[WhatsApp]
) -> Response[dict[str, Any]]:
    """Takes a message, or a note that one was read."""
    number = whatsapp.numbers.get(node)
    try:
        _permit(request, number.token if number else None)
        body = await request.json()
        if body.get("status") == "read":
            whatsapp.reads.append(str(body.get("message_id")))
            return Response({"success": True})
        message_id = whatsapp.accept(node, body)
    except Refusal as refusal:
        return _answer(refusal)
    if whatsapp.loses_answers > 0:
        whatsapp.loses_answers -= 1
        return Response({"error": {"message": "An unknown error occurred", "code": 1}}, status_code=500)
    to = body.get("to") or body.get("recipient")
    answer: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "contacts": [{"input": to, "wa_id": to} if body.get("to") else {"input": to, "user_id": to}],
        "messages": [{"id": message_id}],
    }
    if body["type"] == "template":
        answer["messages"][0]["message_status"] = "accepted"
    return Response(answer)


@post(f"{PREFIX}/{{node:str}}/media", operation_id="graphUploadMedia", opt=_PUBLIC, status_code=200)
async def upload_media(
    node: FromPath[str], request: Request[Any, Any, Any], whatsapp: NamedDependency[WhatsApp]
) -> Response[dict[str, Any]]:
    """Keeps a file for a message to come."""
    number = whatsapp.numbers.get(node)
    try:
        _permit(request, number.token if number else None)
    except Refusal as refusal:
        return _answer(refusal)
    file = (await request.form())["file"]
    return Response({"id": whatsapp.keep(file.content_type, await file.read())})


@post(f"{PREFIX}/{{node:str}}/message_templates", operation_id="graphCreateTemplate", opt=_PUBLIC, status_code=200)
async def create_template(
    node: FromPath[str], request: Request[Any, Any, Any], whatsapp: NamedDependency[WhatsApp]
) -> Response[dict[str, Any]]:
    """Registers a template."""
    try:
        _permit(request, _token_of_waba(whatsapp, node))
        given = await request.json()
        template = whatsapp.register(node, given)
    except Refusal as refusal:
        return _answer(refusal)
    return Response({"id": template.id, "status": template.status, "category": template.category})


@get(f"{PREFIX}/{{node:str}}/message_templates", operation_id="graphListTemplates", opt=_PUBLIC)
async def list_templates(
    node: FromPath[str], request: Request[Any, Any, Any], whatsapp: NamedDependency[WhatsApp]
) -> Response[dict[str, Any]]:
    """The templates of an account."""
    try:
        _permit(request, _token_of_waba(whatsapp, node))
    except Refusal as refusal:
        return _answer(refusal)
    found = [each for each in whatsapp.templates.values() if each.waba_id == node]
    data = [
        {
            "id": t.id,
            "name": t.name,
            "language": t.language,
            "status": t.status,
            "category": t.category,
            "components": t.components,
            "parameter_format": "POSITIONAL",
        }
        for t in found
    ]
    return Response({"data": data, "paging": {"cursors": {"before": "a", "after": "b"}}})


@get(f"{PREFIX}/{{node:str}}", operation_id="graphGetMedia", opt=_PUBLIC)
async def get_media(
    node: FromPath[str], version: FromPath[str], request: Request[Any, Any, Any], whatsapp: NamedDependency[WhatsApp]
) -> Response[dict[str, Any]]:
    """Where a file can be fetched for five minutes."""
    del version
    try:
        _permit_any(request, whatsapp)
        content_type, data = _file(whatsapp, node)
    except Refusal as refusal:
        return _answer(refusal)
    return Response(
        {
            "messaging_product": "whatsapp",
            "id": node,
            "mime_type": content_type,
            "file_size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "url": f"{str(request.base_url).rstrip('/')}/graph/files/{node}/content",
        }
    )


@get("/graph/files/{node:str}/content", operation_id="graphDownloadMedia", opt=_PUBLIC)
async def download_media(
    node: FromPath[str], request: Request[Any, Any, Any], whatsapp: NamedDependency[WhatsApp]
) -> Response[Any]:
    """A file's bytes."""
    try:
        _permit_any(request, whatsapp)
        content_type, data = _file(whatsapp, node)
    except Refusal as refusal:
        return _answer(refusal)
    return Response(data, media_type=content_type)


def _permit_any(request: Request[Any, Any, Any], whatsapp: WhatsApp) -> None:
    tokens = {number.token for number in whatsapp.numbers.values()}
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    _permit(request, given if given in tokens else None)


def _file(whatsapp: WhatsApp, node: str) -> tuple[str, bytes]:
    if node not in whatsapp.media:
        raise Refusal(100, "Unsupported get request", "There is no such object.", status=404)
    return whatsapp.media[node]


routes = (send_message, upload_media, create_template, list_templates, get_media, download_media)
