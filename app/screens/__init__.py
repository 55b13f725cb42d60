"""The screens, one folder each, and which one shows at which place."""

from collections.abc import Callable
from typing import Any

import flet as ft

from app import routes
from app.routes import Route
from app.screens.accounts import AccountsScreen
from app.screens.agreement import AgreementScreen
from app.screens.application import ApplicationScreen
from app.screens.apply import ApplyScreen, DraftScreen
from app.screens.home import HomeScreen
from app.screens.kyc import KycScreen, KycTaskScreen
from app.screens.not_there import NotThereScreen
from app.screens.payout import PayoutScreen
from app.screens.sign_in import MagicLinkScreen, SignInScreen
from app.screens.welcome import WelcomeScreen

SCREENS: dict[type[Route], Callable[[Any], ft.Control]] = {
    routes.Accounts: AccountsScreen,
    routes.Agreement: AgreementScreen,
    routes.Application: ApplicationScreen,
    routes.Apply: ApplyScreen,
    routes.Draft: DraftScreen,
    routes.Home: HomeScreen,
    routes.Kyc: KycScreen,
    routes.KycTask: KycTaskScreen,
    routes.MagicLink: MagicLinkScreen,
    routes.Payout: PayoutScreen,
    routes.SignIn: SignInScreen,
    routes.Welcome: WelcomeScreen,
}


def drawn(route: Route) -> ft.Control:
    """The screen at `route`."""
    return SCREENS.get(type(route), NotThereScreen)(route)
