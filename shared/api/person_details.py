"""What was given for a person's case so far, as the API gives it to them alone."""

from msgspec import Struct

from shared.api.onboarding import AddressIn, IdentityDetailsIn, IdentityDocumentIn, SelfieIn


class PersonDetailsOut(Struct, frozen=True, kw_only=True):
    """What was given for each task of a person's case; null where nothing was yet.

    Of BVN and NIN the last four figures show (`•••••••4321`). Given back so they stay as they are.
    """

    identity_details: IdentityDetailsIn | None = None
    document: IdentityDocumentIn | None = None
    selfie: SelfieIn | None = None
    address: AddressIn | None = None
