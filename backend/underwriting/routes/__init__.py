"""Underwriting over HTTP."""

from typing import Final

from litestar.types import ControllerRouterHandler

from backend.underwriting.routes.decisions import ApplicationDecisionController, DecisionController
from backend.underwriting.routes.policies import CreditPolicyController
from backend.underwriting.routes.referrals import ReferralController

ROUTES: Final[tuple[ControllerRouterHandler, ...]] = (
    ApplicationDecisionController,
    DecisionController,
    ReferralController,
    CreditPolicyController,
)
