"""The form of one task of a case, a person's or a business's. What is typed stays on the device until it is saved."""

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar
from uuid import UUID

import flet as ft
import msgspec

from app.stores.files import PICTURES, Handover
from app.stores.root import Store
from shared.api.onboarding import DocumentPurpose
from shared.client import Upload

_SECRET = frozenset({"bvn", "nin", "number", "mrz"})  # never among a device's settings


class Typed(msgspec.Struct, kw_only=True):
    """What differs from what the platform has: texts by name, and the files that it took for them."""

    fields: dict[str, str] = {}
    files: dict[str, UUID] = {}


class TaskForm(ft.Observable):
    """`fields` are its texts by name, `received` its files; `is_recalled` once what was left here is back in them."""

    typed_as: ClassVar[type[Typed]] = Typed

    def __init__(
        self,
        store: Store,
        name: str,
        fields: dict[str, str],
        received: dict[DocumentPurpose, UUID],
        purposes: Iterable[DocumentPurpose],
    ) -> None:
        self._store = store
        self._name = name
        self._known, self._had = fields, received
        self.action = store.action()
        self.fields, self.received = fields, received
        self.uploads = {purpose: Handover(store, self._sender(purpose), PICTURES) for purpose in purposes}
        self.is_recalled = False

    @property
    def names(self) -> frozenset[str]:
        """What the platform calls the fields that are in sight."""
        return frozenset(self.fields)

    async def recall(self) -> None:
        """Goes on with what was typed on this device and not saved."""
        try:
            typed = await self._store.kept(self._name, self.typed_as)
            if typed is not None:
                self._restore(typed)
        finally:
            self.is_recalled = True

    async def write(self, name: str, text: str) -> None:
        """Takes what was typed."""
        self.action.clear()
        self.fields = {**self.fields, name: text}
        await self._keep()

    def sent(self, purpose: DocumentPurpose) -> bool:
        """Whether a file for `purpose` has arrived, now or before."""
        return purpose in self.received

    def text(self, name: str) -> str | None:
        """The text called `name` as the platform takes it: None where it is empty."""
        return self.fields.get(name, "").strip() or None

    async def _keep(self) -> None:
        typed = self._typed()
        await self._store.keep(self._name, typed if typed != self.typed_as() else None)

    async def _saved(self) -> None:
        """Nothing is left to be kept here: the platform has it."""
        await self._store.keep(self._name, None)

    def _typed(self) -> Typed:
        known = self._known
        texts = {name: text for name, text in self.fields.items() if name not in _SECRET and text != known.get(name)}
        files = {purpose.value: each for purpose, each in self.received.items() if each != self._had.get(purpose)}
        return self.typed_as(fields=texts, files=files)

    def _restore(self, typed: Typed) -> None:
        self.fields = {**self.fields, **{name: text for name, text in typed.fields.items() if name in self.fields}}
        files = {each: typed.files[each.value] for each in self.uploads if each.value in typed.files}
        self.received = {**self.received, **files}

    def _sender(self, purpose: DocumentPurpose) -> Callable[[Upload], Awaitable[object]]:
        async def send(upload: Upload) -> object:
            found = await self._store.client.onboarding.upload_document(purpose, upload)
            self.received = {**self.received, purpose: found.id}
            await self._keep()
            return found

        return send
