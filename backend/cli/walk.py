"""A borrower who walks through the life of a loan with nothing but the SDK."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from backend.cli import papers
from backend.cli.papers import Country
from backend.cli.phone import newest_at, read_code, sign_in
from backend.cli.waiting import PATIENCE_S, present, until
from shared.api.agreements import AgreementOut, AgreementStatus, SignIn
from shared.api.applications import (
    ApplicationDetails,
    ApplicationIn,
    ApplicationOut,
    ApplicationStatus,
    AttachmentOut,
    Purpose,
)
from shared.api.bank_accounts import BankAccountOut
from shared.api.members import BusinessIn
from shared.api.offers import OfferOut, OffersOut, RoundStatus
from shared.api.onboarding import (
    AddressIn,
    BeneficialOwnerIn,
    BeneficialOwnersIn,
    CaseOut,
    CaseState,
    DirectorsIn,
    DocumentPurpose,
    IdentityDetailsIn,
    IdentityDocumentIn,
    IdentityDocumentKind,
    OfficerIn,
    RegistrationDetailsIn,
    SelfieIn,
)
from shared.api.products import AttachmentKind, Channel, ProductKind, ProductOut
from shared.api.sandbox import CreditIn
from shared.api.servicing import LoanOut, LoanStatus
from shared.client import AsyncClient, Upload
from shared.money import Money

T = TypeVar("T")

_WAITING = {CaseState.SUBMITTED, CaseState.IN_REVIEW}


class Borrower:
    """One person, signed in, on the way to a loan."""

    def __init__(
        self,
        client: AsyncClient,
        country: Country,
        *,
        given: str = "Ada",
        family: str = "Pass",
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.patience_s = patience_s
        self.client = client
        self.country = country
        self.given = given
        self.family = family
        self.phone = papers.phone_number(country)
        self.business_id: UUID | None = None
        self.account_holder = self.name

    async def _until(self, read: Callable[[], Awaitable[T]], done: Callable[[T], bool], what: str) -> T:
        return await until(read, done, what, patience_s=self.patience_s)

    async def _present(self, read: Callable[[], Awaitable[T]], what: str) -> T:
        return await present(read, what, patience_s=self.patience_s)

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given} {self.family}"

    async def sign_up(self) -> None:
        """Signs up with a new number."""
        await sign_in(self.client, self.phone, self.name, patience_s=self.patience_s)

    async def _upload(self, purpose: DocumentPurpose) -> UUID:
        file = Upload(filename=f"{purpose}.jpg", content=papers.picture(purpose.value), media_type="image/jpeg")
        return (await self.client.onboarding.upload_document(purpose, file)).id

    async def begin_kyc(self) -> CaseOut:
        """Fills in a person's case and hands it in."""
        onboarding, code = self.client.onboarding, self.country.code
        case = await onboarding.open_kyc()
        details = IdentityDetailsIn(
            given_name=self.given,
            family_name=self.family,
            birth_date=date(1990, 5, 17),
            nationality=code,
            bvn=papers.digits(11) if self.country is papers.NIGERIA else None,
        )
        await onboarding.give_identity_details(case.id, details)
        await self.give_document(case.id)
        await onboarding.give_selfie(case.id, SelfieIn(document_id=await self._upload(DocumentPurpose.SELFIE)))
        address = AddressIn(line_1="1 Marina Road", city=self.country.city, country=code)
        await onboarding.give_address(case.id, address)
        return await onboarding.submit_kyc(case.id)

    async def give_document(self, case_id: UUID) -> CaseOut:
        """Gives a driver's licence."""
        document = IdentityDocumentIn(
            kind=IdentityDocumentKind.DRIVERS_LICENCE,
            issuing_country=self.country.code,
            front_id=await self._upload(DocumentPurpose.IDENTITY_FRONT),
            number=f"D{papers.digits(11)}",
            expires_on=date(2034, 1, 31),
        )
        return await self.client.onboarding.give_identity_document(case_id, document)

    async def pass_kyc(self) -> CaseOut:
        """Hands in a case and waits for its result."""
        case = await self.begin_kyc()
        return await self.kyc_result(case.id)

    async def kyc_result(self, case_id: UUID) -> CaseOut:
        """The case once the provider has answered."""
        return await self._until(
            lambda: self.client.onboarding.kyc_case(case_id), lambda case: case.state not in _WAITING, "KYC result"
        )

    async def pass_kyb(self, name: str = "Pass Foods Ltd") -> CaseOut:
        """Registers a business and has it verified."""
        onboarding, code = self.client.onboarding, self.country.code
        business = await self.client.identity.register_business(BusinessIn(name=name, country=code))
        self.business_id, self.account_holder = business.id, name
        case = await onboarding.open_kyb(business.id)
        officer: dict[str, Any] = {
            "given_name": self.given,
            "family_name": self.family,
            "birth_date": date(1990, 5, 17),
            "nationality": code,
            "bvn": papers.digits(11) if self.country is papers.NIGERIA else None,
        }
        registered = RegistrationDetailsIn(
            legal_name=name,
            registration_number=f"RC{papers.digits(7)}",
            country=code,
            registered_on=date(2019, 3, 4),
            certificate_id=await self._upload(DocumentPurpose.REGISTRATION_CERTIFICATE),
        )
        await onboarding.give_registration_details(case.id, registered)
        await onboarding.give_directors(case.id, DirectorsIn(directors=[OfficerIn(**officer)]))
        owners = BeneficialOwnersIn(owners=[BeneficialOwnerIn(**officer, share_bps=10_000)])
        await onboarding.give_beneficial_owners(case.id, owners)
        proof = AddressIn(
            line_1="1 Marina Road",
            city=self.country.city,
            country=code,
            proof_id=await self._upload(DocumentPurpose.PROOF_OF_ADDRESS),
        )
        await onboarding.give_proof_of_address(case.id, proof)
        await onboarding.submit_kyb(case.id)
        return await self._until(
            lambda: onboarding.kyb_case(case.id), lambda found: found.state not in _WAITING, "KYB result"
        )

    async def add_bank_account(self, *, ending: str | None = None) -> BankAccountOut:
        """Registers the account to be paid to, the business's once there is one.

        `ending` chooses how the sandbox rail behaves.
        """
        account = papers.bank_account(self.country, self.account_holder, ending=ending)
        owned = msgspec.structs.replace(account, business_id=self.business_id)
        return await self.client.onboarding.register_bank_account(owned)

    async def product(self, kind: ProductKind) -> ProductOut:
        """The tenant's product of a kind."""
        return next(each for each in await self.client.applications.products() if each.kind is kind)

    async def apply(
        self,
        product: ProductOut,
        account_id: UUID,
        *,
        amount_minor: int,
        instalments: int,
        details: ApplicationDetails | None = None,
        statement: bytes | None = None,
    ) -> ApplicationOut:
        """Fills in an application, attaches what the product asks for, and hands it in.

        `details` and `statement` take the place of what the product usually asks for.
        """
        today = (await self.client.servicing.business_day()).business_date
        body = ApplicationIn(
            product_id=product.id,
            channel=Channel.WEB,
            business_id=self.business_id,
            amount_minor=amount_minor,
            instalments=instalments,
            purpose=Purpose.STOCK,
            payout_account_id=account_id,
            details=details or papers.application_details(product.kind, amount_minor, today),
        )
        draft = await self.client.applications.open(body)
        for kind in product.required_attachments:
            if kind is AttachmentKind.BANK_STATEMENT:
                await self.attach_statement(draft.id, statement or papers.bank_statement(self.country, today))
            else:
                picture = Upload(filename=f"{kind}.jpg", content=papers.picture(kind.value), media_type="image/jpeg")
                await self.client.applications.attach(draft.id, picture, kind)
        return await self.client.applications.submit(draft.id)

    async def attach_statement(self, application_id: UUID, content: bytes) -> AttachmentOut:
        """Attaches a bank statement in CSV, in the place of an earlier one."""
        file = Upload(filename="statement.csv", content=content, media_type="text/csv")
        return await self.client.applications.attach(application_id, file, AttachmentKind.BANK_STATEMENT)

    async def application_past(self, application_id: UUID, *statuses: ApplicationStatus) -> ApplicationOut:
        """The application once it has left `statuses`."""
        return await self._until(
            lambda: self.client.applications.application(application_id),
            lambda found: found.status not in statuses,
            f"application beyond {', '.join(statuses)}",
        )

    async def offers(self, application_id: UUID) -> OffersOut:
        """The offers once every lender has answered."""
        await self._present(lambda: self.client.offers.compare(application_id), "offers")
        return await self._until(
            lambda: self.client.offers.compare(application_id), lambda it: it.status is not RoundStatus.ASKING, "offers"
        )

    async def accept(self, offer: OfferOut) -> AgreementOut:
        """Accepts an offer and waits for the agreement to be set."""
        await self.client.offers.accept(offer.id)

        async def read() -> AgreementOut | None:
            page = await self.client.agreements.agreements(application_id=offer.application_id)
            return await self.client.agreements.agreement(page.items[0].id) if page.items else None

        found = await self._until(
            read, lambda it: it is not None and it.status is not AgreementStatus.DRAFTING, "agreement"
        )
        assert found is not None, "it was waited for"
        return found

    async def sign(self, agreement: AgreementOut) -> AgreementOut:
        """Signs with the code that comes for it."""
        assert agreement.signing is not None, "an agreement that is ready can be signed"
        before = await newest_at(self.client, self.phone)
        await self.client.agreements.send_signing_code(agreement.id)
        body = SignIn(
            code=await read_code(self.client, self.phone, since=before, patience_s=self.patience_s),
            signing_hash=agreement.signing.signing_hash,
            consent_version=agreement.signing.consent_version,
        )
        return await self.client.agreements.sign(agreement.id, body)

    async def loan_in(self, loan_id: UUID, *statuses: LoanStatus) -> LoanOut:
        """The loan once it is in one of `statuses`."""
        await self._present(lambda: self.client.servicing.loan(loan_id), "loan")
        return await self._until(
            lambda: self.client.servicing.loan(loan_id), lambda it: it.status in statuses, f"loan {statuses}"
        )

    async def pay(self, loan_id: UUID, amount: Money, *, narration: str = "") -> LoanOut:
        """Sends money to the loan's account and waits until it is allocated."""
        account = (await self._present(lambda: self.client.payments.virtual_account(loan_id), "account")).account_number
        before = {each.id for each in (await self.client.servicing.transactions(loan_id)).items}
        credit = CreditIn(amount_minor=amount.amount_minor, currency=amount.currency, narration=narration)
        await self.client.sandbox.pay_in(account, credit)
        await self._until(
            lambda: self.client.servicing.transactions(loan_id),
            lambda page: any(each.id not in before and each.amount == amount for each in page.items),
            "repayment",
        )
        return await self.client.servicing.loan(loan_id)
