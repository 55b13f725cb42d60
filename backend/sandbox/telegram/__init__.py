"""Telegram's Bot API as far as a forum of agents needs it, kept in memory; its updates are posted as Telegram does."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath


@dataclass
class Topic:
    """One topic of the forum: its posts, and whether it is closed."""

    name: str
    posts: list[str] = field(default_factory=list)
    is_closed: bool = False


@dataclass
class Telegram:
    """A forum group with one bot in it. `puts_off` answers so many calls with 429 and a wait of a second."""

    token: str
    group: int
    topics: dict[int, Topic] = field(default_factory=dict)
    puts_off: int = 0
    _serial: Iterator[int] = field(default_factory=lambda: itertools.count(100))

    def call(self, method: str, given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One call of the bot's: the status and the answer."""
        refused = self._refusal(method, given)
        if refused is not None:
            return refused["error_code"], refused
        thread = int(given.get("message_thread_id") or 0)
        result: object = True
        if method == "getMe":
            result = {"id": 42, "is_bot": True, "first_name": "Desk", "username": "desk_bot"}
        elif method == "createForumTopic":
            number = next(self._serial)
            self.topics[number] = Topic(name=str(given["name"]))
            result = {"message_thread_id": number, "name": given["name"], "icon_color": 7322096}
        elif method == "sendMessage":
            result = self._post(thread, str(given["text"]))
        else:
            self.topics[thread].is_closed = True
        return 200, {"ok": True, "result": result}

    def _refusal(self, method: str, given: dict[str, Any]) -> dict[str, Any] | None:
        if self.puts_off > 0:
            self.puts_off -= 1
            wait = {"retry_after": 1}
            return _no(429, "Too Many Requests: retry after 1", parameters=wait)
        if method not in {"getMe", "createForumTopic", "sendMessage", "closeForumTopic"}:
            return _no(404, "Not Found: method not found")
        if method != "getMe" and str(given.get("chat_id")) != str(self.group):
            return _no(400, "Bad Request: chat not found")
        thread = int(given.get("message_thread_id") or 0)
        if thread and thread not in self.topics:
            return _no(400, "Bad Request: message thread not found")
        return None

    def _post(self, thread: int, text: str) -> dict[str, Any]:
        if thread:
            self.topics[thread].posts.append(text)
        chat = {"id": self.group, "type": "supergroup", "title": "Support", "is_forum": True}
        sent = {"message_id": next(self._serial), "date": 0, "chat": chat, "text": text}
        return {**sent, "message_thread_id": thread, "is_topic_message": True} if thread else sent

    def typed(self, text: str, *, by: int, topic: int | None = None) -> dict[str, Any]:
        """The update for what somebody typed in the group."""
        message: dict[str, Any] = {
            "message_id": next(self._serial),
            "date": 0,
            "chat": {"id": self.group, "type": "supergroup", "title": "Support", "is_forum": True},
            "from": {"id": by, "is_bot": False, "first_name": "Bola"},
            "text": text,
        }
        if topic is not None:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        return {"update_id": next(self._serial), "message": message}


def _no(code: int, description: str, **more: Any) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "description": description, **more}


@post("/telegram/{bot:str}/{method:str}", operation_id="telegramCall", opt={"public": True}, status_code=200)
async def telegram_call(
    bot: FromPath[str], method: FromPath[str], request: Request[Any, Any, Any], telegram: NamedDependency[Telegram]
) -> Response[dict[str, Any]]:
    """A method of the Bot API."""
    if bot != f"bot{telegram.token}":
        return Response(_no(401, "Unauthorized"), status_code=401)
    form = await request.form()
    status, answer = telegram.call(method, dict(form))
    return Response(answer, status_code=status)


routes = (telegram_call,)
