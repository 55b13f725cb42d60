"""Live updates: what happens, as it happens, over streams that break and go on."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from shared.api.live import LiveEvent
from shared.client import codec
from shared.client._async.resource import Resource
from shared.client.call import Call
from shared.client.errors import ClientError
from shared.client.primitives import async_sleep
from shared.client.retry import is_worth_retrying
from shared.client.sse import EventReader

PATH = "/v1/live"
EVENT_STREAM = "text/event-stream"
PAUSE_S_MAX = 30.0


class Live(Resource):
    """News about one's own things; for agents about the desk as well."""

    async def iterate(self, *, last_event_id: str | None = None) -> AsyncGenerator[LiveEvent, None]:
        """What happens from now on, or from the event after `last_event_id` on; for as long as it is asked for.

        A stream that ends or breaks is taken up again where it was, after a pause that grows with each failure. On
        `live.reset` read again whatever is on the screen. Raises ApiError where the API refuses, SessionExpired once
        the session is over, UnexpectedResponse where something else answers. The connection is given back when it ends
        or is closed: whoever may leave before holds it by `contextlib.aclosing`.
        """
        reader = EventReader(last_event_id)
        failures = 0
        while True:
            reader.begin()
            try:
                async with aclosing(self._session.lines(self._call(reader.last_id))) as lines:
                    async for line in lines:
                        event = reader.take(line)
                        failures = 0
                        if event is not None:
                            yield codec.decode(event.data.encode(), LiveEvent)
            except ClientError as failure:
                if not is_worth_retrying(failure):
                    raise
                failures += 1
            except msgspec.MsgspecError:
                failures += 1
            await async_sleep(min(reader.retry_s * 2 ** min(failures, 5), PAUSE_S_MAX))

    def _call(self, last_id: str | None) -> Call:
        headers = () if last_id is None else (("Last-Event-ID", last_id),)
        return Call(method="GET", path=PATH, accept=EVENT_STREAM, headers=headers)
