"""A server of chat completions as OpenAI's API reference describes it, with a model that says what a test wants it to.

It checks the key, the model, the roles and the strict schema of what is asked, answers in the reference's shapes, and
fails in its ways: 401, 404, 429 with Retry-After, 500, a refusal, an answer that was cut off, one that is no JSON.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

_ROLES = {"system", "developer", "user", "assistant", "tool"}


def sorting(command: str, confidence: int = 95) -> str:
    """What a model says that takes a text for one errand."""
    return msgspec.json.encode({"command": command, "confidence": confidence}).decode()


@dataclass
class ChatCompletions:
    """The server, and what was asked of it."""

    says: str = "{}"
    key: str = "sk-test"
    name: str = "small-model"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    slow_s: float = 0
    finish_reason: str = "stop"
    refusal: str | None = None
    raw: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def transport(self) -> httpx.MockTransport:
        """What carries requests to it."""
        return httpx.MockTransport(self._answer)

    def said(self) -> list[str]:
        """What the model was given to read, the task left out."""
        return [each["messages"][-1]["content"] for each in self.asked]

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        body = msgspec.json.decode(request.content)
        self.asked.append(body)
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        refused = self._refused(request, body)
        if refused is not None:
            return refused
        if self.status != httpx.codes.OK:
            return _error(self.status, "server_error", "The server had an error", self.headers)
        if self.raw is not None:
            return httpx.Response(200, content=self.raw)
        content = None if self.refusal else self.says
        message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": self.refusal, "annotations": []}
        return httpx.Response(
            200,
            json={
                "id": "chatcmpl-1", "object": "chat.completion", "created": 1741569952, "model": self.name,
                "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": self.finish_reason}],
                "usage": {"prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29},
                "service_tier": "default",
            },
        )  # fmt: skip

    def _refused(self, request: httpx.Request, body: dict[str, Any]) -> httpx.Response | None:
        if request.url.path != "/v1/chat/completions" or request.method != "POST":
            return _error(404, "invalid_request_error", "Unknown request URL")
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return _error(401, "invalid_request_error", "Incorrect API key provided", code="invalid_api_key")
        if body["model"] != self.name:
            return _error(404, "invalid_request_error", "The model does not exist", code="model_not_found")
        if not body["messages"] or any(each["role"] not in _ROLES or not each["content"] for each in body["messages"]):
            return _error(400, "invalid_request_error", "Invalid messages")
        wanted = body["response_format"]
        schema = wanted["json_schema"]["schema"]
        strict = (
            wanted["type"] == "json_schema"
            and wanted["json_schema"]["strict"] is True
            and wanted["json_schema"]["name"].isidentifier()
            and schema["additionalProperties"] is False
            and sorted(schema["required"]) == sorted(schema["properties"])
        )
        return None if strict else _error(400, "invalid_request_error", "Invalid schema for response_format")


def _error(
    status: int, kind: str, message: str, headers: dict[str, str] | None = None, *, code: str | None = None
) -> httpx.Response:
    problem = {"message": message, "type": kind, "param": None, "code": code}
    return httpx.Response(status, json={"error": problem}, headers=headers)
