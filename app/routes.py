"""Every place in the app as a type of its own; those of businesses are in `business_routes.py`."""

from dataclasses import dataclass
from uuid import UUID

from app.route import Route


@dataclass(frozen=True)
class Home(Route):
    pattern = "/"
    tab = "home"


@dataclass(frozen=True)
class Welcome(Route):
    pattern = "/welcome"
    public = True
    next: str = ""


@dataclass(frozen=True)
class SignIn(Route):
    pattern = "/sign-in"
    public = True
    parent = "/welcome"
    next: str = ""


@dataclass(frozen=True)
class MagicLink(Route):
    """Where the link of an e-mail leads."""

    pattern = "/sign-in/link"
    public = True
    parent = "/welcome"
    token: str = ""


@dataclass(frozen=True)
class PasskeyDone(Route):
    """Where the page of a passkey leads back to; without a code when nothing was done."""

    pattern = "/passkey/done"
    public = True
    parent = "/welcome"
    code: str = ""


class Kyc(Route):
    pattern = "/kyc"


@dataclass(frozen=True)
class KycTask(Route):
    pattern = "/kyc/{task}"
    parent = "/kyc"
    task: str = ""


@dataclass(frozen=True)
class Apply(Route):
    """Choosing what to apply for; for a business where one is named."""

    pattern = "/apply"
    business_id: UUID | None = None


@dataclass(frozen=True)
class Draft(Route):
    """Filling in an application; `step` is the page of it."""

    pattern = "/apply/{application_id}"
    application_id: UUID
    step: str = ""


@dataclass(frozen=True)
class Application(Route):
    """Where an application stands: decision, offers, or the wait for them."""

    pattern = "/applications/{application_id}"
    application_id: UUID


@dataclass(frozen=True)
class Agreement(Route):
    pattern = "/agreements/{agreement_id}"
    agreement_id: UUID


class Loans(Route):
    pattern = "/loans"
    tab = "loans"


@dataclass(frozen=True)
class Loan(Route):
    pattern = "/loans/{loan_id}"
    also = ("/loans/{loan_id}/statement",)
    parent = "/loans"
    loan_id: UUID


@dataclass(frozen=True)
class Draw(Route):
    """Drawing on a line of credit."""

    pattern = "/credit-lines/{line_id}/draw"
    line_id: UUID


@dataclass(frozen=True)
class LoanPlace(Route):
    """A place below a loan."""

    parent = "/loans/{loan_id}"
    loan_id: UUID


class Payout(LoanPlace):
    """Where a loan's money is."""

    pattern = "/loans/{loan_id}/payout"


class Pay(LoanPlace):
    pattern = "/loans/{loan_id}/pay"


class Payoff(LoanPlace):
    pattern = "/loans/{loan_id}/payoff"


class AutoDebit(LoanPlace):
    pattern = "/loans/{loan_id}/auto-debit"


class Hardship(LoanPlace):
    """Help for who can't pay as agreed."""

    pattern = "/loans/{loan_id}/help"


class Disputes(LoanPlace):
    """What was said to be wrong with a loan."""

    pattern = "/loans/{loan_id}/disputes"


@dataclass(frozen=True)
class NewDispute(LoanPlace):
    """Saying what is wrong; `about` is the transaction that it is about, where it is known already."""

    pattern = "/loans/{loan_id}/disputes/new"
    parent = "/loans/{loan_id}/disputes"
    about: UUID | None = None


@dataclass(frozen=True)
class Dispute(Route):
    """Where one dispute stands."""

    pattern = "/disputes/{dispute_id}"
    parent = "/loans"
    dispute_id: UUID


class Chat(Route):
    pattern = "/chat"


@dataclass(frozen=True)
class Calendar(Route):
    pattern = "/calendar"
    also = ("/loans/{loan_id}/schedule",)
    loan_id: UUID | None = None


class Inbox(Route):
    pattern = "/inbox"
    tab = "inbox"


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


@dataclass(frozen=True)
class ConfirmChat(Route):
    """Where a linked chat sends somebody to say that it is them."""

    pattern = "/confirm/{step_up_id}"
    parent = "/profile/chats"
    step_up_id: UUID


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


class Gallery(Route):
    """Every component, for those who build with them."""

    pattern = "/gallery"
    public = True


@dataclass(frozen=True)
class NotThere(Route):
    """A path that leads nowhere."""

    pattern = "/not-there"
    public = True
    asked: str = ""
