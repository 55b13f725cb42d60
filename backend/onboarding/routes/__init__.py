"""Onboarding over HTTP."""

from typing import Final

from litestar.types import ControllerRouterHandler

from backend.onboarding.routes.bank_accounts import BankAccountController
from backend.onboarding.routes.business_cases import BusinessCaseController
from backend.onboarding.routes.documents import DocumentController
from backend.onboarding.routes.person_cases import PersonCaseController
from backend.onboarding.routes.reviews import CaseReviewController
from backend.onboarding.routes.webhook import verification_webhook

ROUTES: Final[tuple[ControllerRouterHandler, ...]] = (
    PersonCaseController,
    BusinessCaseController,
    DocumentController,
    BankAccountController,
    CaseReviewController,
    verification_webhook,
)
