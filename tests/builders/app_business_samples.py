"""What the table answers of businesses: one that is the borrower's own, verified, with two people in it."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from msgspec.structs import replace

from shared.api.business_details import BusinessDetailsOut
from shared.api.members import BusinessOut, InvitationOut, InvitationStatus, MemberOut
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnerIn,
    BeneficialOwnersIn,
    CaseOut,
    CaseState,
    DirectorsIn,
    DocumentOut,
    DocumentPurpose,
    KybTask,
    OfficerIn,
    RegistrationDetailsIn,
    TaskOut,
    TaskState,
)
from shared.api.products import BorrowerKind, Channel, ProductKind, ProductOut, ProductState
from shared.events.onboarding import PartyKind
from shared.roles import Role
from shared.terms import Frequency
from tests.builders.app_samples import ME, NOW, PRODUCT_OUT

BUSINESS, KYB_CASE, COLLEAGUE, INVITATION, PROOF = (UUID(int=number) for number in range(200, 205))


def business(*roles: Role) -> BusinessOut:
    """Owned by the borrower, unless they are something else in it."""
    return BusinessOut(
        id=BUSINESS,
        name="Obi Textiles Ltd",
        country="NG",
        registration_number="RC 1234567",
        registered_at=NOW,
        my_roles=list(roles) or [Role.BUSINESS_OWNER],
    )


def kyb_case(
    state: CaseState = CaseState.COLLECTING, task: TaskState = TaskState.TODO, *, steps: tuple[str, ...] = ()
) -> CaseOut:
    """Its case, each task in the same state."""
    done = task is TaskState.DONE
    return CaseOut(
        id=KYB_CASE,
        kind=PartyKind.BUSINESS,
        user_id=ME,
        business_id=BUSINESS,
        state=state,
        tasks=[
            TaskOut(name=name, state=task, reason="directors_differ" if task is TaskState.REDO else None)
            for name in KybTask
        ],
        outstanding=[] if done else [name.value for name in KybTask],
        steps=list(steps),
        reasons=["business_not_confirmed"] if state is CaseState.FAILED else [],
        attempt=1,
        created_at=NOW,
        updated_at=NOW,
    )


ADA = OfficerIn(given_name="Ada", family_name="Obi", birth_date=date(1990, 5, 17), nationality="NG", bvn="22334455667")
DETAILS = BusinessDetailsOut(
    registration_details=RegistrationDetailsIn(
        legal_name="Obi Textiles Ltd",
        registration_number="RC 1234567",
        country="NG",
        registered_on=date(2018, 3, 1),
    ),
    directors=DirectorsIn(directors=[ADA]),
    beneficial_owners=BeneficialOwnersIn(
        owners=[
            BeneficialOwnerIn(
                given_name="Ada", family_name="Obi", birth_date=date(1990, 5, 17), nationality="NG", share_bps=6_250
            )
        ]
    ),
    proof_of_address=AddressIn(line_1="1 Marina Road", city="Lagos", country="NG", proof_id=PROOF),
)


def filed(file_id: UUID) -> BusinessDetailsOut:
    """The same with a file for each task that takes one, and a second line of the address."""
    registration, owners, address = DETAILS.registration_details, DETAILS.beneficial_owners, DETAILS.proof_of_address
    assert registration is not None
    assert owners is not None
    assert address is not None
    return replace(
        DETAILS,
        registration_details=replace(registration, certificate_id=file_id),
        beneficial_owners=replace(owners, chart_id=file_id),
        proof_of_address=replace(address, proof_id=file_id, line_2="Second floor"),
    )


MEMBERS = [
    MemberOut(user_id=ME, name="Ada Obi", roles=[Role.BUSINESS_OWNER], joined_at=NOW),
    MemberOut(user_id=COLLEAGUE, name="Bola Eze", roles=[Role.FINANCE_APPROVER], joined_at=NOW),
]


def invitation(status: InvitationStatus = InvitationStatus.OPEN, name: str = "Obi Textiles Ltd") -> InvitationOut:
    """Somebody is to look at it."""
    return InvitationOut(
        id=INVITATION,
        business_id=BUSINESS,
        business_name=name,
        role=Role.FINANCE_VIEWER,
        sent_to="c•••@example.com",
        status=status,
        expires_at=NOW + timedelta(days=14),
    )


GIVEN_FILE = DocumentOut(
    id=PROOF,
    purpose=DocumentPurpose.PROOF_OF_ADDRESS,
    media_type="application/pdf",
    size=1_000,
    sha256="0" * 64,
    created_at=NOW,
)
WORKING_CAPITAL = ProductOut(
    id=UUID(int=32),
    version=1,
    state=ProductState.ACTIVE,
    created_at=NOW,
    code="working-capital-ngn",
    kind=ProductKind.WORKING_CAPITAL,
    name="Working capital",
    currency="NGN",
    borrowers=(BorrowerKind.BUSINESS,),
    channels=(Channel.WEB,),
    countries=("NG",),
    min_amount_minor=10_000_000,
    max_amount_minor=4_000_000_000,
    min_instalments=3,
    max_instalments=24,
    frequency=Frequency.MONTHLY,
    max_rate_pct=Decimal(60),
    max_apr_pct=Decimal(60),
)
BUSINESS_ANSWERS: dict[str, object] = {
    "GET /v1/businesses": [business()],
    f"GET /v1/businesses/{BUSINESS}": business(),
    f"GET /v1/businesses/{BUSINESS}/members": MEMBERS,
    f"GET /v1/businesses/{BUSINESS}/invitations": [invitation()],
    "GET /v1/invitations": [],
    "GET /v1/products": [PRODUCT_OUT, WORKING_CAPITAL],
    f"GET /v1/products/{WORKING_CAPITAL.id}": WORKING_CAPITAL,
    "GET /v1/kyb": kyb_case(),
    f"GET /v1/kyb/{KYB_CASE}/details": DETAILS,
}
