"""What was given for a business's case so far, as the API gives it to who may change it."""

from msgspec import Struct

from shared.api.onboarding import AddressIn, BeneficialOwnersIn, DirectorsIn, RegistrationDetailsIn


class BusinessDetailsOut(Struct, frozen=True, kw_only=True):
    """What was given for each task of a business's case; null where nothing was yet.

    Of the identifiers of directors and owners the last four figures show (`•••••••4321`). Given back so, for the same
    person by name and birthday, they stay as they are.
    """

    registration_details: RegistrationDetailsIn | None = None
    directors: DirectorsIn | None = None
    beneficial_owners: BeneficialOwnersIn | None = None
    proof_of_address: AddressIn | None = None
