"""What identity tells the rest of the platform."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.events import Event


class UserRegistered(Event, frozen=True, kw_only=True):
    topic: ClassVar[str] = "identity.user_registered"
    user_id: UUID


class NewDeviceSignedIn(Event, frozen=True, kw_only=True):
    """Somebody who has signed in before did so on a device that was not seen with them."""

    topic: ClassVar[str] = "identity.new_device_signed_in"

    user_id: UUID
    session_id: UUID


class SessionEnded(Event, frozen=True, kw_only=True):
    """A device was signed out: by its owner, from another device, or by us."""

    topic: ClassVar[str] = "identity.session_ended"

    session_id: UUID
    user_id: UUID
    reason: str


class PasskeyAdded(Event, frozen=True, kw_only=True):
    """From now on somebody can sign in by a passkey that could not before."""

    topic: ClassVar[str] = "identity.passkey_added"

    user_id: UUID
    passkey_id: UUID


class PasskeyRemoved(Event, frozen=True, kw_only=True):
    """A passkey signs nobody in any more."""

    topic: ClassVar[str] = "identity.passkey_removed"

    user_id: UUID
    passkey_id: UUID


class ChannelLinked(Event, frozen=True, kw_only=True):
    """A chat identity was linked to a person."""

    topic: ClassVar[str] = "identity.channel_linked"

    link_id: UUID
    user_id: UUID
    channel: str


class ChannelLinkEnded(Event, frozen=True, kw_only=True):
    """A chat identity belongs to nobody any more; a bot forgets what it knew of them."""

    topic: ClassVar[str] = "identity.channel_link_ended"

    link_id: UUID
    user_id: UUID
    channel: str
    reason: str


class ChannelSteppedUp(Event, frozen=True, kw_only=True):
    """A person confirmed that a chat identity is in their hands, until `until` at most."""

    topic: ClassVar[str] = "identity.channel_stepped_up"

    step_up_id: UUID
    link_id: UUID
    user_id: UUID
    channel: str
    until: datetime


class ChannelStepUpRefused(Event, frozen=True, kw_only=True):
    """A person said in the app that it was not them who asked."""

    topic: ClassVar[str] = "identity.channel_step_up_refused"

    step_up_id: UUID
    link_id: UUID
    user_id: UUID
    channel: str
