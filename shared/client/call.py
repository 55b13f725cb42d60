"""One call to the API, complete before it is sent: each try sends the same bytes under the same key."""

from msgspec import Struct

JSON = "application/json"


class Call(Struct, frozen=True, kw_only=True):
    """What to send. `public` calls carry no Authorization."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None
    content_type: str | None = None
    accept: str = JSON
    idempotency_key: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    public: bool = False
