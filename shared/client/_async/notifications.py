"""Messages in the app and what one wants to hear of."""

from collections.abc import AsyncIterator
from uuid import UUID

from shared.api.notifications import (
    NotificationOut,
    PreferencesIn,
    PreferencesOut,
    PushRegistrationIn,
    PushRegistrationOut,
)
from shared.client._async.resource import Resource
from shared.paging import Page


class Notifications(Resource):
    """What one is told, and how."""

    async def notifications(self, *, cursor: str | None = None, limit: int = 50) -> Page[NotificationOut]:
        """One page of one's messages, the newest first."""
        return await self._page("/v1/notifications", NotificationOut, cursor=cursor, limit=limit)

    def iterate_notifications(self) -> AsyncIterator[NotificationOut]:
        """All of one's messages, page by page."""
        return self._pages("/v1/notifications", NotificationOut)

    async def mark_read(self, notification_id: UUID) -> None:
        """Marks a message as read. Raises NotFound."""
        await self._post(f"/v1/notifications/{notification_id}/read", None, None)

    async def mark_all_read(self) -> None:
        """Marks every message as read."""
        await self._post("/v1/notifications/read", None, None)

    async def preferences(self) -> PreferencesOut:
        """By which channels one wants to hear of reminders and offers."""
        return await self._get("/v1/me/notification-preferences", PreferencesOut)

    async def set_preferences(self, body: PreferencesIn) -> PreferencesOut:
        """Chooses the channels."""
        return await self._put("/v1/me/notification-preferences", body, PreferencesOut)

    async def push_registrations(self) -> list[PushRegistrationOut]:
        """One's own phones that get notices."""
        return await self._get("/v1/me/push-registrations", list[PushRegistrationOut])

    async def register_for_push(self, body: PushRegistrationIn) -> PushRegistrationOut:
        """Has notices come to this device until its session ends."""
        return await self._put("/v1/me/push-registration", body, PushRegistrationOut)

    async def end_push(self) -> None:
        """Has no notices come to this device any more."""
        await self._delete("/v1/me/push-registration")
