"""The places of somebody who acts for businesses."""

from dataclasses import dataclass
from uuid import UUID

from app.routes.profile import ProfilePlace
from app.routes.route import Route


class Businesses(ProfilePlace):
    """The businesses that one acts for, and the invitations into others."""

    pattern = "/profile/businesses"


class NewBusiness(ProfilePlace):
    """Registering a business."""

    pattern = "/profile/businesses/new"
    parent = "/profile/businesses"


@dataclass(frozen=True)
class Business(Route):
    """One business: its check, its people, its invitations."""

    pattern = "/businesses/{business_id}"
    parent = "/profile/businesses"
    business_id: UUID


@dataclass(frozen=True)
class BusinessPlace(Route):
    """A place below a business."""

    parent = "/businesses/{business_id}"
    business_id: UUID


class Invite(BusinessPlace):
    """Asking somebody to act for a business."""

    pattern = "/businesses/{business_id}/invite"


class Kyb(BusinessPlace):
    """Proving what a business is and who owns it."""

    pattern = "/businesses/{business_id}/kyb"


@dataclass(frozen=True)
class KybTask(BusinessPlace):
    pattern = "/businesses/{business_id}/kyb/{task}"
    parent = "/businesses/{business_id}/kyb"
    task: str = ""
