"""The screens, one folder each, and which one shows at which place."""

from collections.abc import Callable
from typing import Any

import flet as ft

from app import routes
from app.routes import Route
from app.screens.home import HomeScreen
from app.screens.not_there import NotThereScreen
from app.screens.sign_in import MagicLinkScreen, SignInScreen
from app.screens.welcome import WelcomeScreen

SCREENS: dict[type[Route], Callable[[Any], ft.Control]] = {
    routes.Home: HomeScreen,
    routes.MagicLink: MagicLinkScreen,
    routes.SignIn: SignInScreen,
    routes.Welcome: WelcomeScreen,
}


def drawn(route: Route) -> ft.Control:
    """The screen at `route`."""
    return SCREENS.get(type(route), NotThereScreen)(route)
