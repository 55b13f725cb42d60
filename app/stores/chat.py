"""Writing with support: a draft that outlives the app, files that go with it, a person on request."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import flet as ft
import msgspec

from app.addresses import parse
from app.platform.port import Picked
from app.routes import NotThere, Pay, Route
from app.stores import support
from app.stores.files import PICTURES, upload_of
from app.stores.problem import Kind, Problem
from app.stores.root import Store
from shared.api.channels import ChatChannel
from shared.api.conversations import (
    AttachmentOut,
    Author,
    ChatLink,
    ChatOption,
    ConversationStatus,
    HandoffOut,
    MessageOut,
    PersonWantedIn,
    WriteIn,
)
from shared.client.errors import ClientError
from shared.ids import new_id

_DRAFT = "chat-draft"
MAX_FILES = 5
MAX_TEXT = 4096


def app_name(channel: ChatChannel) -> str:
    """What another chat app calls itself."""
    return {ChatChannel.WHATSAPP: "WhatsApp", ChatChannel.TELEGRAM: "Telegram"}.get(channel, channel.value)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is not sent yet, with the name under which it is sent: trying again adds nothing twice.

    `waits` for the network once it was to be sent without one. `files` are names: the files themselves stay with the
    borrower, so what has some is never sent without them.
    """

    text: str = ""
    client_id: str
    tried: bool = False  # what it says may have arrived under its name
    waits: bool = False
    files: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """What would stand in the thread."""
        return self.text.strip() or ", ".join(self.files)


class Chat(ft.Observable):
    """Observable; one for each visit. `lost` names the files of an earlier visit, which have to be chosen again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.action = store.action()
        self.draft = Draft(client_id=str(new_id()))
        self.files: list[Picked] = []
        self.lost: tuple[str, ...] = ()
        self.wait: HandoffOut | None = None
        self.looks_back = False  # at what was said before: the end is not to be brought into sight meanwhile
        self._asked = False  # and not answered yet
        self._written: MessageOut | None = None  # sent, while files of it are still to go

    async def begin(self) -> None:
        """Takes up what was being written."""
        self.draft = await self._store.kept(_DRAFT, Draft) or self.draft
        self.lost = self.draft.files

    async def write(self, text: str) -> None:
        """Takes what is typed, and keeps it on the device."""
        self.action.clear()
        await self._keep_draft(text=text[:MAX_TEXT], waits=False)

    async def choose_file(self) -> None:
        """Adds a file to what is being written."""
        self.action.clear()
        try:
            picked = await self._store.platform.pick_file(PICTURES)
        except ValueError:
            words = self._store.words.say("The file is larger than 10 MB. Choose a smaller one.")
            self.action.fail(Problem(kind=Kind.REFUSED, code="file_too_large", detail=words))
            return
        if picked is not None and len(self.files) < MAX_FILES:
            self.files = [*self.files, picked]
            self.lost = tuple(each for each in self.lost if each != picked.name)
            await self._keep_draft(waits=False)

    async def drop_file(self, picked: Picked) -> None:
        """Leaves a file out."""
        self.files = [each for each in self.files if each is not picked]
        await self._keep_draft()

    @property
    def can_send(self) -> bool:
        """Whether there is anything to send."""
        return bool(self.draft.text.strip() or self.files)

    async def send(self) -> None:
        """Sends the draft and its files. What did not go stays; words alone wait for the network."""
        if not self.can_send or self.action.busy:
            return
        self.looks_back = False
        self._asked = True  # before: the answer may be here sooner than the receipt
        if await self.action.run(self._send) is None:
            self._asked = False
            problem = self.action.problem
            offline = problem is not None and problem.kind is Kind.OFFLINE
            await self._keep_draft(tried=True, waits=offline and not self.files)
            if self.draft.waits:
                return  # it goes with the next look that reaches the platform: a look of its own would go on and on
        await self._store.refresh(support.THREAD)

    async def go_on(self) -> None:
        """Sends what waits: the platform can be reached again."""
        if self.draft.waits and not self.action.busy:
            await self.send()

    async def choose(self, option: ChatOption) -> None:
        """Taps something that the assistant offers; trying again sends it once."""
        key = self.action.key(option)
        body = WriteIn(text=option.title, client_id=key, choice=option.key)
        write = self._store.client.conversation.write
        self._asked = True
        if await self.action.run(lambda: write(body, idempotency_key=key)) is None:
            self._asked = False
        await self._store.refresh(support.THREAD)

    def place_of(self, link: ChatLink) -> Route | None:
        """Where in this app a link leads; None for any other address."""
        parts = urlsplit(link.url)
        if self._store.platform.host is None or parts.netloc != self._store.platform.host:
            return None
        place = parse(parts._replace(scheme="", netloc="").geturl())
        return None if isinstance(place, NotThere) else place

    async def open(self, link: ChatLink) -> None:
        """Opens another site that a message leads to."""
        await self._store.platform.open_link(link.url)

    def answered(self, messages: Sequence[MessageOut]) -> Route | None:
        """Where the answer to what was just asked leads by itself: to pay is a screen here, not a conversation."""
        if not self._asked or not messages or messages[-1].author is Author.BORROWER:
            return None
        self._asked = False
        link = messages[-1].link
        place = self.place_of(link) if link is not None else None
        return place if isinstance(place, Pay) else None

    async def ask_for_person(self) -> None:
        """Hands the conversation to people."""
        body = PersonWantedIn()
        key = self.action.key(body)
        ask = self._store.client.conversation.ask_for_person
        found = await self.action.run(lambda: ask(body, idempotency_key=key))
        if found is not None:
            self.wait = found
            await self._store.refresh(support.THREAD)

    def look_back(self) -> None:
        """Begins to read what was said before."""
        self.looks_back = True

    async def mark_read(self) -> None:
        """What is on the screen was seen."""
        thread = support.thread(self._store).value
        if thread is None or not thread.is_unread:
            return
        try:
            await self._store.client.conversation.mark_read()
        except ClientError:
            return  # the next look says so again

    async def keep(self, file: AttachmentOut) -> None:
        """Gives the borrower a file of the conversation."""
        found = await self._store_download(file)
        if found is not None:
            await self._store.platform.save_file(file.filename, found, file.media_type)

    async def everything(self) -> list[MessageOut] | None:
        """The whole conversation, the oldest message first; None where it can't be read now."""

        async def read() -> list[MessageOut]:
            return [each async for each in self._store.client.conversation.iterate_messages()]

        found = await self.action.run(read)
        return None if found is None else found[::-1]

    async def _store_download(self, file: AttachmentOut) -> bytes | None:
        found = await self.action.run(lambda: self._store.client.conversation.download(file.id))
        return None if found is None else found.content

    async def _keep_draft(self, **changes: object) -> None:
        """Keeps the draft on the device; one that was tried and says something else now is another message."""
        before, names = self.draft, (*self.lost, *(each.name for each in self.files))
        draft = msgspec.structs.replace(before, files=names, **changes)
        if before.tried and draft.says != before.says:
            draft = msgspec.structs.replace(draft, client_id=str(new_id()), tried=False)
        self.draft = draft
        await self._store.keep(_DRAFT, draft if draft.says else None)

    async def _send(self) -> MessageOut:
        client, sent, written = self._store.client.conversation, self.draft, self._written
        if written is None or sent.text.strip():
            text = sent.text.strip() or ", ".join(each.name for each in self.files)
            body = WriteIn(text=text, client_id=sent.client_id)
            self._written = written = await client.write(body, idempotency_key=sent.client_id)
            self.lost = ()
            rest = self.draft.text if self.draft.text != sent.text else ""  # what was typed meanwhile
            self.draft = Draft(client_id=str(new_id()))
            await self._keep_draft(text=rest)
        for each in list(self.files):
            await client.attach(written.id, upload_of(each), idempotency_key=self.action.key(id(each)))
            await self.drop_file(each)
        self._written = None
        return written


def is_with_people(status: ConversationStatus) -> bool:
    """Whether people, not the bot, answer."""
    return status in {ConversationStatus.OPEN, ConversationStatus.SNOOZED}
