"""Reads server-sent events (WHATWG HTML, 9.2.6) line by line, without any I/O."""

from msgspec import Struct


class ServerEvent(Struct, frozen=True, kw_only=True):
    """One event: its id, by which to go on after it, its name and its data."""

    id: str | None
    name: str
    data: str


class EventReader:
    """Puts events together from lines. `last_id` and `retry_s` hold from one stream to the next."""

    def __init__(self, last_id: str | None = None) -> None:
        self.last_id = last_id
        self.retry_s = 2.0
        self._name = ""
        self._data: list[str] = []

    def begin(self) -> None:
        """A new stream begins: what the last one left unfinished is gone."""
        self._name, self._data = "", []

    def take(self, line: str) -> ServerEvent | None:
        """Takes one line without its end; gives an event where an empty line completes one."""
        if not line:
            return self._completed()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            self._data.append(value)
        elif field == "id" and "\0" not in value:
            self.last_id = value
        elif field == "retry" and value.isascii() and value.isdigit():
            self.retry_s = min(int(value), 60_000) / 1000
        return None

    def _completed(self) -> ServerEvent | None:
        name, data = self._name, self._data
        self.begin()
        if not data:
            return None
        return ServerEvent(id=self.last_id, name=name or "message", data="\n".join(data))
