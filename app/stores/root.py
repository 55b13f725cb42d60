"""Everything that one window of the app knows, and the way to change it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import flet as ft
import msgspec

from app.data import CALLER, Connections, KeptTokens
from app.platform.errands import on_errands
from app.platform.port import DeviceFailed, DeviceSilent, Platform
from app.platform.presence import Presence
from app.stores.action import Action
from app.stores.lock import Lock
from app.stores.look import Look
from app.stores.news import News
from app.stores.notices import Notices
from app.stores.query import Query
from app.stores.session import Session, SessionStatus
from app.stores.tour import Tour
from app.stores.way_back import WayBack
from shared.client import AsyncClient
from shared.clock import Clock
from shared.i18n import Language, Localizer, localizer

T = TypeVar("T")
StructT = TypeVar("StructT", bound=msgspec.Struct)
Work = Callable[[], Coroutine[Any, Any, None]]
UNFINISHED = PENDING, VOUCHED = "passkey", "vouched"  # secrets of what goes on with a passkey
_MINE = "mine."  # begins the names of what a borrower leaves in the device's secure storage
_WHO = "who"  # the id of whoever signed in here last


class Toast(ft.Observable):
    """A sentence that shows for a moment."""

    def __init__(self, start: Callable[[Work], None]) -> None:
        self._start = start
        self._shown = 0
        self.text = ""

    async def show(self, text: str, *, for_s: float = 3.5) -> None:
        """Shows `text`, which goes by itself: whoever shows it waits for nothing."""
        self._shown += 1
        self.text = text
        self._start(partial(self._go, self._shown, for_s))

    async def _go(self, which: int, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if which == self._shown:
            self.text = ""


class Store:
    """One for each window. Its parts are observable, it is not."""

    def __init__(self, platform: Platform, connections: Connections, clock: Clock, presence: Presence) -> None:
        self.lock = Lock(platform, clock)
        self.platform = platform = on_errands(platform, self.lock.errand)
        self.connections = connections
        self.clock = clock
        self.presence = presence
        self.tokens = KeptTokens(platform)
        self.look = Look(platform)
        self.session = Session(self.tokens, on_person=self._belongs_to, on_leave=self._forget)
        self.news = News(connections, clock, presence, lambda: self.client)
        self.notices = Notices(platform, self.action(), self.kept, self.keep)
        self.toast = Toast(self.start)
        self.tour = Tour(platform)
        self.way_back = WayBack()
        self.reach: dict[object, int] = {}  # how many of a long list are read, by the key of its query
        self._caller = CALLER.get()
        self._clients: dict[Language, AsyncClient] = {}
        self._queries: dict[object, Query[Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._system_languages: list[str] = []

    @property
    def client(self) -> AsyncClient:
        """The platform, speaking the borrower's language."""
        language = self.look.language
        if language not in self._clients:
            self._clients[language] = self.connections.client(language, self.tokens, self._caller)
        return self._clients[language]

    @property
    def words(self) -> Localizer:
        """The borrower's language."""
        return localizer(self.look.language)

    async def begin(self, system_languages: list[str]) -> None:
        """Learns how to look, whose app it is, and who is signed in."""
        self._system_languages = system_languages
        # At once, as each asks the device or the platform: the first sight waits for them.
        recall = self.look.recall(system_languages, fallback="en")
        known = (recall, self.tokens.load(), self.session.learn(self.client), self.lock.recall())
        try:
            await asyncio.gather(*known)
        except DeviceFailed as error:
            self.session.fail(error)
            return
        await self.begin_again()

    async def begin_again(self) -> None:
        """What of that the platform has to say; once more where it could not be reached at the start."""
        if self.session.tenant is None:
            await self.session.learn(self.client)
        tenant = self.session.tenant
        if tenant is not None:
            # Before it is known who is signed in, so that the first screen is drawn once and in the brand's colours.
            self.look.brand = tenant.brand
            if not self.look.language_chosen and not self._system_languages:
                self.look.language = Language.match(tenant.locale)
        await self.session.begin(self.client)
        if self.is_signed_in:
            await self.notices.renew(self.client)

    def read(self, ask: Callable[[AsyncClient], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
        """`ask`, put to the client of the language that is spoken when it is called."""
        return lambda: ask(self.client)

    def query(
        self, key: object, fetch: Callable[[], Awaitable[T]], *, is_empty: Callable[[T], bool] | None = None
    ) -> Query[T]:
        """The query known by `key`, the same one from each screen."""
        found = self._queries.get(key)
        if found is None:
            options: dict[str, Any] = {} if is_empty is None else {"is_empty": is_empty}
            found = Query(fetch, self.clock, on_problem=self.session.heed, **options)
            self._queries[key] = found
        return found

    def action(self) -> Action:
        """A new action, which notices when the session has ended."""
        return Action(on_problem=self.session.heed)

    async def refresh(self, *keys: object) -> None:
        """Reads these again where they are in use: after a change to the platform."""
        await asyncio.gather(*(self._queries[key].refresh() for key in keys if key in self._queries))

    async def kept(self, name: str, kind: type[StructT]) -> StructT | None:
        """What this borrower left on this device under `name`; what can't be read any more is dropped."""
        return await self._left(self._mine(name), kind)

    async def kept_by_last(self, name: str, kind: type[StructT]) -> StructT | None:
        """The same of whoever signed in here last, where nobody can say who is; nothing once they signed out."""
        who = await self.platform.setting(_WHO)
        return await self._left(f"{_MINE}{who}.{name}", kind) if who else None

    async def keep(self, name: str, value: msgspec.Struct | None) -> None:
        """Leaves something unfinished on this device for this borrower alone, until they sign out; None drops it.

        A device that keeps nothing hinders nobody. Raises DeviceSilent.
        """
        try:
            if value is None:
                await self.platform.drop_secret(self._mine(name))
            else:
                await self.platform.keep_secret(self._mine(name), msgspec.json.encode(value).decode())
        except DeviceSilent:
            raise
        except DeviceFailed:
            return

    async def _left(self, name: str, kind: type[StructT]) -> StructT | None:
        text = await self.platform.secret(name)
        try:
            return msgspec.json.decode(text, type=kind) if text else None
        except msgspec.MsgspecError:
            await self.platform.drop_secret(name)
            return None

    def _mine(self, name: str) -> str:
        me = self.session.me
        return f"{_MINE}{me.id if me is not None else 'nobody'}.{name}"

    async def speak(self, language: Language) -> None:
        """Changes the language here, and for messages too where somebody is signed in."""
        await self.look.choose_language(language)
        for query in self._queries.values():
            query.state = query.state  # what the API said in words is read again when it is next shown
        self._queries = {key: query for key, query in self._queries.items() if query.value is None}

    async def sign_out(self) -> None:
        """Ends the session here and there; nothing of it stays on the device."""
        self._queries.clear()
        try:
            await self.client.identity.sign_out()
        finally:
            await self.tokens.clear()
            await self.lock.forget()
            await self._drop_unfinished()
            await self.platform.keep_setting(_WHO, None)
            await self.notices.forget()
            self.session.leave()

    def rest(self) -> None:
        """Nobody is connected: what is in sight waits, and the news are not listened to."""
        self.presence.leave()
        self.news.hush()

    def end(self) -> None:
        """The window is gone for good, and all that was done for it with it."""
        self.presence.end()
        self.news.hush()
        for task in list(self._tasks):
            task.cancel()

    def start(self, work: Work) -> None:
        """Begins `work` beside what goes on. Flet's own way would fail while nobody is connected."""
        task = asyncio.create_task(work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def while_open(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does `work`, until it is done or the window is gone."""
        task = asyncio.current_task()
        assert task is not None, "a component's work is a task"
        self._tasks.add(task)
        try:
            await work()
        finally:
            self._tasks.discard(task)

    async def _belongs_to(self, user_id: UUID, proven: bool) -> None:
        """Whoever has just signed in finds nothing here of whoever did before."""
        await self.lock.belongs_to(user_id, proven=proven)
        if not proven:
            return
        with suppress(DeviceFailed):  # a device that keeps nothing has nothing of anybody's
            before = await self.platform.setting(_WHO)
            if before not in {None, str(user_id)}:
                await self._drop_unfinished()
            await self.platform.keep_setting(_WHO, str(user_id))

    def _forget(self) -> None:
        self.news.hush()  # they are told to whoever was signed in
        self._queries.clear()
        self.reach.clear()
        self.notices.on = False

    async def _drop_unfinished(self) -> None:
        for name in UNFINISHED:
            await self.platform.drop_secret(name)
        await self.platform.drop_secrets(_MINE)

    @property
    def is_locked(self) -> bool:
        """Whether nothing of the borrower may show; whoever is not signed in has nothing to hide."""
        return self.lock.closed and self.session.status is not SessionStatus.SIGNED_OUT

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody is."""
        return self.session.status is SessionStatus.SIGNED_IN
