"""Who one is here, and how the app behaves."""

from dataclasses import dataclass

from app.routes.route import Route


@dataclass(frozen=True)
class ProfilePlace(Route):
    """A place below the profile."""

    parent = "/profile"


class Preferences(ProfilePlace):
    """What one wants to hear of, and how."""

    pattern = "/profile/messages"


class Profile(Route):
    pattern = "/profile"
    tab = "profile"


class Appearance(ProfilePlace):
    pattern = "/profile/appearance"


class Speech(ProfilePlace):
    """The language of the app."""

    pattern = "/profile/language"


class Devices(ProfilePlace):
    pattern = "/profile/devices"


class Chats(ProfilePlace):
    """The chats of other apps that are linked to one's account."""

    pattern = "/profile/chats"


class Authenticator(ProfilePlace):
    pattern = "/profile/authenticator"


class AppLock(ProfilePlace):
    """Whether this device asks for its owner before the app shows anything."""

    pattern = "/profile/app-lock"


class Passkeys(ProfilePlace):
    pattern = "/profile/passkeys"


class Consents(ProfilePlace):
    pattern = "/profile/consents"


class Contacts(ProfilePlace):
    """Phone number and e-mail address."""

    pattern = "/profile/contacts"


class Accounts(ProfilePlace):
    """Bank accounts to be paid to and to be debited."""

    pattern = "/profile/accounts"


class MyData(ProfilePlace):
    """A copy of all that is held of oneself."""

    pattern = "/profile/my-data"


class EndAccount(ProfilePlace):
    """The end of one's account: what hinders it, what is kept, and the way back."""

    pattern = "/profile/end-account"


class Documents(ProfilePlace):
    """What one signed and what one gave."""

    pattern = "/profile/documents"


class About(ProfilePlace):
    """Whose app it is, which version, who lends."""

    pattern = "/profile/about"
