"""What the table answers where a test says nothing else: one borrower with everything that a screen can show."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from shared.api.agreements import AgreementOut, AgreementStatus, AgreementSummary, DocumentKind, SigningOut
from shared.api.agreements import DocumentOut as AgreementDocument
from shared.api.applications import ApplicationOut, ApplicationStatus, ApplicationSummary, Purpose
from shared.api.bank_accounts import AccountOwnership, AccountScheme, BankAccountOut
from shared.api.consents import ConsentKind, ConsentOut, ConsentTextOut
from shared.api.disbursement import DisbursementOut, DisbursementStatus, DisbursementStepOut
from shared.api.identity import Brand, MeOut, SessionOut, TenantOut, TenantSettings
from shared.api.notifications import Channel as MessageChannel
from shared.api.notifications import NotificationOut, PreferencesOut, Topic
from shared.api.offers import OfferOut, OffersOut, OfferStatus, RoundStatus
from shared.api.onboarding import CaseOut, CaseState, TaskOut, TaskState
from shared.api.payments import MandateOut, VirtualAccountOut
from shared.api.person_details import PersonDetailsOut
from shared.api.products import BorrowerKind, Channel, ProductKind, ProductOut, ProductState
from shared.api.servicing import (
    CreditLineOut,
    InstalmentOut,
    InstalmentStatus,
    LoanOut,
    LoanStatus,
    PartsOut,
    PayoffQuoteOut,
    ScheduleOut,
    SimulatedRowOut,
    SimulationOut,
    TransactionKind,
    TransactionOut,
)
from shared.api.underwriting import DecisionOut, ReasonOut
from shared.events.onboarding import PartyKind
from shared.events.underwriting import DecisionOutcome
from shared.money import Money
from shared.paging import Page
from shared.roles import Role
from shared.terms import Frequency, LoanTerms

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
FAR = datetime(2030, 1, 1, tzinfo=UTC)
TODAY = date(2026, 11, 29)
ME, LOAN, APPLICATION, PRODUCT, AGREEMENT, ACCOUNT, OFFER, CASE = (UUID(int=number) for number in range(1, 9))
MESSAGE = UUID(int=20)


def ngn(minor: int) -> Money:
    """Naira, in kobo."""
    return Money.of(minor, "NGN")


TERMS = LoanTerms(
    currency="NGN",
    principal_minor=60_000_000,
    annual_rate_pct=Decimal(22),
    instalments=3,
    frequency=Frequency.MONTHLY,
    penalty_rate_pct=Decimal(12),
    grace_days=3,
)
TENANT = TenantOut(
    slug="demo",
    name="Kola Credit",
    brand=Brand(),
    settings=TenantSettings(),
    country="NG",
    currency="NGN",
    locale="en",
    time_zone="Africa/Lagos",
    sandbox=True,
    app_url="http://app.test",
)
PERSON = MeOut(
    id=ME,
    name="Ada Obi",
    phone="+2348031234567",
    email=None,
    locale="en",
    roles=[Role.BORROWER],
    second_factor=False,
    registered_at=NOW,
)


def loan(status: LoanStatus = LoanStatus.ACTIVE, *, past_due: int = 0) -> LoanOut:
    """A third paid back; the next payment in a month."""
    return LoanOut(
        id=LOAN,
        application_id=APPLICATION,
        agreement_id=AGREEMENT,
        user_id=ME,
        business_id=None,
        credit_line_id=None,
        product_kind="line_of_credit",
        lender="harbor",
        status=status,
        principal=ngn(60_000_000),
        terms=TERMS,
        principal_outstanding=ngn(40_000_000),
        outstanding=ngn(42_000_000),
        past_due=ngn(past_due),
        days_past_due=4 if past_due else 0,
        credit=ngn(0),
        next_due_on=TODAY + timedelta(days=30),
        next_due=ngn(20_800_000),
        disbursed_on=TODAY - timedelta(days=30),
        closed_on=None,
        as_of=TODAY,
        created_at=NOW,
    )


def instalment(number: int, status: InstalmentStatus, *, open_minor: int) -> InstalmentOut:
    """One of three."""
    total = 21_000_000
    return InstalmentOut(
        number=number,
        due_on=TODAY + timedelta(days=30 * (number - 1)),
        status=status,
        principal=ngn(20_000_000),
        interest=ngn(1_000_000),
        fee=ngn(0),
        penalty=ngn(0),
        total=ngn(total),
        paid=ngn(total - open_minor),
        open=ngn(open_minor),
        balance=ngn(60_000_000 - 20_000_000 * number),
        settled_on=None if open_minor else TODAY,
    )


SCHEDULE = ScheduleOut(
    loan_id=LOAN,
    as_of=TODAY,
    is_final=True,
    rows=[
        instalment(1, InstalmentStatus.PAID, open_minor=0),
        instalment(2, InstalmentStatus.DUE, open_minor=21_000_000),
        instalment(3, InstalmentStatus.UPCOMING, open_minor=21_000_000),
    ],
    principal=ngn(60_000_000),
    interest=ngn(3_000_000),
    fee=ngn(0),
    penalty=ngn(0),
    total=ngn(63_000_000),
    paid=ngn(21_000_000),
    open=ngn(42_000_000),
)
REPAYMENT = TransactionOut(
    id=UUID(int=30),
    kind=TransactionKind.REPAYMENT,
    effective_on=TODAY,
    amount=ngn(21_000_000),
    parts=PartsOut(principal=ngn(20_000_000), interest=ngn(1_000_000), fee=ngn(0), penalty=ngn(0), credit=ngn(0)),
    principal_outstanding=ngn(40_000_000),
    reversed_on=None,
    reference="va-1",
    entered_at=NOW,
)
LINE = CreditLineOut(
    id=UUID(int=31),
    application_id=APPLICATION,
    agreement_id=AGREEMENT,
    user_id=ME,
    business_id=None,
    product_kind="line_of_credit",
    lender="harbor",
    status="open",  # type: ignore[arg-type]  # as it comes over the wire
    limit=ngn(100_000_000),
    drawn=ngn(40_000_000),
    available=ngn(60_000_000),
    terms=TERMS,
    opened_on=TODAY,
    created_at=NOW,
)
PRODUCT_OUT = ProductOut(
    id=PRODUCT,
    version=1,
    state=ProductState.ACTIVE,
    created_at=NOW,
    code="line-of-credit-ngn",
    kind=ProductKind.LINE_OF_CREDIT,
    name="Line of credit",
    description="Draw what you need.",
    currency="NGN",
    borrowers=(BorrowerKind.PERSON,),
    channels=(Channel.WEB,),
    countries=("NG",),
    min_amount_minor=2_000_000,
    max_amount_minor=400_000_000,
    min_instalments=3,
    max_instalments=12,
    frequency=Frequency.MONTHLY,
    max_rate_pct=Decimal(60),
    max_apr_pct=Decimal(60),
)


def application(
    status: ApplicationStatus = ApplicationStatus.DRAFT, *, missing: tuple[str, ...] = ()
) -> ApplicationOut:
    """An application with everything given but for `missing`."""
    return ApplicationOut(
        id=APPLICATION,
        status=status,
        user_id=ME,
        business_id=None,
        product_id=PRODUCT,
        product_kind=ProductKind.LINE_OF_CREDIT,
        product_name="Line of credit",
        channel=Channel.WEB,
        currency="NGN",
        amount=ngn(60_000_000),
        instalments=6,
        purpose=Purpose.STOCK,
        payout_account_id=ACCOUNT,
        details=None,
        attachments=[],
        missing=list(missing),
        revision=0,
        created_at=NOW,
        updated_at=NOW,
        submitted_at=NOW,
        loan_id=LOAN if status is ApplicationStatus.SIGNED else None,
    )


def summary(status: ApplicationStatus) -> ApplicationSummary:
    """The same in a list."""
    return ApplicationSummary(
        id=APPLICATION,
        status=status,
        user_id=ME,
        business_id=None,
        product_kind=ProductKind.LINE_OF_CREDIT,
        product_name="Line of credit",
        amount=ngn(60_000_000),
        created_at=NOW,
        updated_at=NOW,
    )


def case(state: CaseState = CaseState.COLLECTING, task: TaskState = TaskState.TODO) -> CaseOut:
    """A person's case, each task in the same state."""
    names = ("identity_details", "document", "selfie", "address")
    return CaseOut(
        id=CASE,
        kind=PartyKind.PERSON,
        user_id=ME,
        business_id=None,
        state=state,
        tasks=[TaskOut(name=name, state=task) for name in names],
        outstanding=[] if task is TaskState.DONE else list(names),
        steps=[],
        reasons=[],
        attempt=1,
        created_at=NOW,
        updated_at=NOW,
    )


def offer(number: int, cost: int, *, lowest: bool) -> OfferOut:
    """What a lender asks."""
    return OfferOut(
        id=UUID(int=100 + number),
        application_id=APPLICATION,
        lender=f"lender-{number}",
        lender_name=f"Lender {number}",
        status=OfferStatus.OPEN,
        amount=ngn(60_000_000),
        receive=ngn(60_000_000),
        instalment=ngn(21_000_000),
        instalments=3,
        total_repayable=ngn(60_000_000 + cost),
        total_interest=ngn(cost),
        total_fees=ngn(0),
        total_cost=ngn(cost),
        apr_pct=Decimal("21.9"),
        effective_apr_pct=None,
        first_due_on=TODAY,
        last_due_on=TODAY + timedelta(days=60),
        terms=TERMS,
        credit_limit=None,
        priced_on=TODAY,
        expires_at=NOW + timedelta(days=2),
        is_lowest_cost=lowest,
    )


OFFERS = OffersOut(
    application_id=APPLICATION,
    status=RoundStatus.READY,
    asked_at=NOW,
    ready_at=NOW,
    answers=[],
    offers=[offer(1, 3_000_000, lowest=True), offer(2, 4_000_000, lowest=False)],
)
DECISION = DecisionOut(
    id=UUID(int=40),
    application_id=APPLICATION,
    revision=1,
    outcome=DecisionOutcome.DECLINE,
    limit=None,
    reasons=[ReasonOut(code="income_too_low", text="Your income is low for this amount.", advice="Ask for less.")],
    by_person=False,
    decided_at=NOW,
)


def agreement(status: AgreementStatus = AgreementStatus.READY, *, agreement_id: UUID = AGREEMENT) -> AgreementOut:
    """With both its documents."""
    documents = [
        AgreementDocument(kind=kind, sha256="0" * 64, size=56_000, media_type="application/pdf", created_at=NOW)
        for kind in DocumentKind
    ]
    signing = SigningOut(signing_hash="a" * 64, consent_version="1", consent_text="I agree to sign electronically.")
    return AgreementOut(
        id=agreement_id,
        application_id=APPLICATION,
        offer_id=OFFER,
        loan_id=LOAN,
        user_id=ME,
        business_id=None,
        product_kind="line_of_credit",
        lender="harbor",
        lender_name="Harbor Bank",
        status=status,
        language="en",
        amount=ngn(60_000_000),
        credit_limit=None,
        terms=TERMS,
        documents=documents,
        signing=signing if status is AgreementStatus.READY else None,
        drafted_at=NOW,
        expires_at=NOW + timedelta(days=3),
        signed_at=NOW if status is AgreementStatus.SIGNED else None,
        cooling_off_until=TODAY + timedelta(days=14),
        disbursed_on=None,
        may_cancel=status is AgreementStatus.SIGNED,
        cancelled_on=None,
        cancel_reason=None,
        return_by=TODAY if status is AgreementStatus.CANCELLING else None,
    )


SIMULATION = SimulationOut(
    currency="NGN",
    disbursed_on=TODAY,
    paid_out=ngn(60_000_000),
    instalment=ngn(21_000_000),
    total_repayable=ngn(63_000_000),
    total_interest=ngn(3_000_000),
    total_fees=ngn(0),
    total_cost=ngn(3_000_000),
    apr_pct=Decimal("21.9"),
    effective_apr_pct=None,
    first_due_on=TODAY,
    last_due_on=TODAY,
    rows=[
        SimulatedRowOut(
            number=1,
            due_on=TODAY,
            principal=ngn(20_000_000),
            interest=ngn(1_000_000),
            fee=ngn(0),
            total=ngn(21_000_000),
            balance=ngn(0),
        )
    ],
)


def payout(status: DisbursementStatus = DisbursementStatus.ORDERED) -> DisbursementOut:
    """On its way, unless said otherwise."""
    return DisbursementOut(
        id=UUID(int=50),
        loan_id=LOAN,
        user_id=ME,
        status=status,
        amount=ngn(60_000_000),
        payout_account_id=ACCOUNT,
        payout_id=UUID(int=51),
        attempts=1,
        created_at=NOW,
        updated_at=NOW,
        timeline=[DisbursementStepOut(at=NOW, status=status, payout_id=UUID(int=51), actor="system")],
    )


QUOTE = PayoffQuoteOut(
    id=UUID(int=60),
    loan_id=LOAN,
    on=TODAY,
    principal=ngn(40_000_000),
    interest=ngn(500_000),
    fee=ngn(0),
    penalty=ngn(0),
    credit=ngn(0),
    total=ngn(40_500_000),
    quoted_at=NOW,
    expires_at=NOW + timedelta(days=1),
)
BANK = BankAccountOut(
    id=ACCOUNT,
    scheme=AccountScheme.NUBAN,
    country="NG",
    bank_code="058",
    number_masked="•••• 1299",
    holder_name="Ada Obi",
    currency="NGN",
    ownership=AccountOwnership.CONFIRMED,
    created_at=NOW,
)
VIRTUAL = VirtualAccountOut(
    loan_id=LOAN,
    account_number="9688383985",
    bank_name="Sandbox Bank",
    bank_code="999",
    holder_name="Ada Obi",
    currency="NGN",
)
MANDATE = MandateOut(
    id=UUID(int=70),
    loan_id=LOAN,
    bank_account_id=ACCOUNT,
    status="active",  # type: ignore[arg-type]  # as it comes over the wire
    created_at=NOW,
    updated_at=NOW,
)
NEWS = NotificationOut(
    id=MESSAGE, topic=Topic.SERVICE, title="Payment received", text="Thank you.", at=NOW, read_at=None
)
SESSION = SessionOut(
    id=UUID(int=80),
    client="app",
    device="Linux (browser)",
    address=None,
    started_at=NOW,
    last_used_at=NOW,
    expires_at=FAR,
    second_factor=False,
    current=True,
)
TEXTS = [
    ConsentTextOut(kind=kind, version="1", locale="en", title=kind.value.title(), body="The text.", required=needed)
    for kind, needed in ((ConsentKind.TERMS, True), (ConsentKind.MARKETING, False))
]
CONSENTS = [ConsentOut(kind=ConsentKind.TERMS, version="1", locale="en", given_at=NOW)]
HEARD = PreferencesOut(reminder=[MessageChannel.SMS], marketing=[])

ANSWERS: dict[str, object] = {
    "GET /v1/tenant": TENANT,
    "GET /v1/me": PERSON,
    "GET /v1/loans": Page(items=[loan()]),
    f"GET /v1/loans/{LOAN}": loan(),
    f"GET /v1/loans/{LOAN}/schedule": SCHEDULE,
    f"GET /v1/loans/{LOAN}/transactions": Page(items=[REPAYMENT]),
    f"GET /v1/loans/{LOAN}/virtual-account": VIRTUAL,
    f"GET /v1/loans/{LOAN}/disbursement": payout(),
    f"POST /v1/loans/{LOAN}/payoff-quotes": QUOTE,
    "GET /v1/credit-lines": Page(items=[LINE]),
    f"GET /v1/credit-lines/{LINE.id}": LINE,
    "GET /v1/applications": Page(items=[]),
    f"GET /v1/applications/{APPLICATION}": application(),
    f"GET /v1/applications/{APPLICATION}/decision": DECISION,
    f"GET /v1/applications/{APPLICATION}/offers": OFFERS,
    "GET /v1/kyc": case(),
    f"GET /v1/kyc/{CASE}/details": PersonDetailsOut(),
    "GET /v1/products": [PRODUCT_OUT],
    f"GET /v1/products/{PRODUCT}": PRODUCT_OUT,
    "POST /v1/simulations/schedule": SIMULATION,
    "GET /v1/bank-accounts": [BANK],
    "GET /v1/agreements": Page(items=list[AgreementSummary]()),
    f"GET /v1/agreements/{AGREEMENT}": agreement(),
    "GET /v1/mandates": [MANDATE],
    "GET /v1/notifications": Page(items=[NEWS]),
    "GET /v1/me/notification-preferences": HEARD,
    "GET /v1/me/push-registrations": [],
    "GET /v1/sessions": [SESSION],
    "GET /v1/me/consents": CONSENTS,
    "GET /v1/consent-texts": TEXTS,
}
