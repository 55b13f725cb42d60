"""Messages in the app and what one wants to hear of, over HTTP."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from backend.kernel.auth import by_chat
from backend.kernel.edge import Edge
from backend.kernel.scope import Assurance
from backend.kernel.vault import Vault
from backend.notifications.usecases import phones, read
from shared.api.notifications import (
    NotificationOut,
    PreferencesIn,
    PreferencesOut,
    PushRegistrationIn,
    PushRegistrationOut,
)
from shared.paging import DEFAULT_PAGE, MAX_PAGE, Page

Cursor = Annotated[
    str | None, QueryParameter(name="cursor", max_length=64, description="`next_cursor` of the last page")
]
Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=MAX_PAGE, description="How many items at most")]


class NotificationController(Controller):
    """What one is told, and how."""

    path = "/v1"
    tags = ("Notifications",)

    @get(
        "/notifications",
        operation_id="listNotifications",
        summary="Messages in the app, the newest first",
        opt=by_chat(Assurance.STEPPED_UP),
    )
    async def notifications(
        self,
        edge: NamedDependency[Edge],
        vault: NamedDependency[Vault],
        cursor: Cursor = None,
        limit: Limit = DEFAULT_PAGE,
    ) -> Page[NotificationOut]:
        """One's own messages."""
        return await edge.read(lambda tx: read.list_notifications(tx, vault, cursor=cursor, limit=limit))

    @post(
        "/notifications/{notification_id:uuid}/read",
        operation_id="readNotification",
        summary="Mark a message as read",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def read_one(self, edge: NamedDependency[Edge], notification_id: FromPath[UUID]) -> None:
        """Marks one message; once it is read it stays so."""
        await edge.write_unkeyed(lambda tx: read.mark_read(tx, notification_id))

    @post(
        "/notifications/read",
        operation_id="readNotifications",
        summary="Mark all messages as read",
        status_code=204,
        opt={"unkeyed": True},
    )
    async def read_all(self, edge: NamedDependency[Edge]) -> None:
        """Marks every message that is not read yet."""
        await edge.write_unkeyed(read.mark_all_read)

    @get(
        "/me/notification-preferences",
        operation_id="getNotificationPreferences",
        summary="What one wants to hear of",
        opt=by_chat(Assurance.LINKED),
    )
    async def preferences(self, edge: NamedDependency[Edge]) -> PreferencesOut:
        """The channels for reminders and for offers."""
        return await edge.read(read.preferences)

    @put(
        "/me/notification-preferences",
        operation_id="setNotificationPreferences",
        summary="Choose what one hears of",
        opt=by_chat(Assurance.LINKED),
    )
    async def set_preferences(self, data: JSONBody[PreferencesIn], edge: NamedDependency[Edge]) -> PreferencesOut:
        """Sets the channels; what happens to one's own loan is always kept in the app."""
        return await edge.write_unkeyed(lambda tx: read.set_preferences(tx, data))

    @get("/me/push-registrations", operation_id="listPushRegistrations", summary="Phones that get notices")
    async def push_registrations(self, edge: NamedDependency[Edge]) -> list[PushRegistrationOut]:
        """One's own phones whose sessions live, the one that was seen last first."""
        return await edge.read(phones.registered)

    @put(
        "/me/push-registration",
        operation_id="registerForPush",
        summary="Get notices on this device",
    )
    async def register_for_push(
        self, data: JSONBody[PushRegistrationIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> PushRegistrationOut:
        """Notices come here until the session ends or the device can't be reached; ten devices at most, the newest."""
        return await edge.write_unkeyed(lambda tx: phones.register(tx, vault, data))

    @delete(
        "/me/push-registration",
        operation_id="endPush",
        summary="Get no notices on this device any more",
        status_code=204,
    )
    async def end_push(self, edge: NamedDependency[Edge]) -> None:
        """Ends this device's registration, if there is one."""
        await edge.write_unkeyed(phones.end)
