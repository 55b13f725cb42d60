"""What the Cloud API refuses, with its own codes. Limits counted as Meta's reference has them."""

from typing import Any

_KINDS = {"text", "interactive", "template", "image", "document", "audio", "video", "location", "reaction"}


class Refusal(Exception):
    """An error as the Graph API answers it."""

    def __init__(
        self, code: int, message: str, details: str = "", *, status: int = 400, wait_s: int | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.details, self.status, self.wait_s = code, message, details, status, wait_s

    @property
    def body(self) -> dict[str, Any]:
        """The answer's body."""
        return {
            "error": {
                "message": f"(#{self.code}) {self.message}",
                "type": "OAuthException",
                "code": self.code,
                "error_data": {"messaging_product": "whatsapp", "details": self.details},
                "fbtrace_id": "ASandboxTrace",
            }
        }

    @property
    def status_error(self) -> dict[str, Any]:
        """The same, as a `failed` status carries it."""
        return {
            "code": self.code,
            "title": self.message,
            "message": self.message,
            "error_data": {"details": self.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }


def window_closed() -> Refusal:
    """Free-form outside the 24 hours after the person's last message."""
    return Refusal(131047, "Re-engagement message", "More than 24 hours have passed since the customer last replied.")


def check(message: dict[str, Any]) -> None:
    """Refuses a message that the Cloud API would refuse for its form. Raises Refusal."""
    kind = message.get("type")
    if kind not in _KINDS or not isinstance(message.get(str(kind)), dict):
        raise Refusal(100, "Invalid parameter", f"type {kind!r} without its object")
    if len(message.get("biz_opaque_callback_data") or "") > 512:
        raise Refusal(100, "Invalid parameter", "biz_opaque_callback_data is longer than 512")
    content = message[str(kind)]
    if kind == "text":
        _length("text.body", content.get("body"), 4096)
    elif kind == "interactive":
        _interactive(content)


def _interactive(content: dict[str, Any]) -> None:
    _length("interactive.body.text", (content.get("body") or {}).get("text"), 1024)
    action = content.get("action") or {}
    match content.get("type"):
        case "button":
            _buttons([each.get("reply") or {} for each in action.get("buttons") or []])
        case "list":
            _list(action)
        case "cta_url":
            parameters = action.get("parameters") or {}
            _length("display_text", parameters.get("display_text"), 20)
            if not str(parameters.get("url", "")).startswith(("http://", "https://")):
                raise Refusal(131009, "Parameter value is not valid", "url is not valid")
        case other:
            raise Refusal(131009, "Parameter value is not valid", f"interactive type {other!r}")


def _buttons(replies: list[dict[str, Any]]) -> None:
    if not 1 <= len(replies) <= 3:
        raise Refusal(131009, "Parameter value is not valid", "1 to 3 buttons are allowed")
    for reply in replies:
        _length("button title", reply.get("title"), 20)
        _length("button id", reply.get("id"), 256)
    if len({reply["title"] for reply in replies}) < len(replies) or len({reply["id"] for reply in replies}) < len(
        replies
    ):
        raise Refusal(131009, "Parameter value is not valid", "button titles and ids must be unique")


def _list(action: dict[str, Any]) -> None:
    _length("list button", action.get("button"), 20)
    sections = action.get("sections") or []
    rows = [row for section in sections for row in section.get("rows") or []]
    if not 1 <= len(rows) <= 10 or len(sections) > 10:
        raise Refusal(131009, "Parameter value is not valid", "1 to 10 rows in up to 10 sections are allowed")
    for row in rows:
        _length("row title", row.get("title"), 24)
        _length("row id", row.get("id"), 200)
        if "description" in row:
            _length("row description", row["description"], 72)
    if len({row["id"] for row in rows}) < len(rows):
        raise Refusal(131009, "Parameter value is not valid", "row ids must be unique")


def _length(what: str, value: object, limit: int) -> None:
    if not isinstance(value, str) or not value.strip():
        raise Refusal(131008, "Required parameter is missing", what)
    if len(value) > limit:
        raise Refusal(131009, "Parameter value is not valid", f"{what} is longer than {limit}: {len(value)}")
