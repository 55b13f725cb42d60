"""Signing in and signing up by a one-time code, a link, an authenticator."""

from app.screens.sign_in.link import MagicLinkScreen
from app.screens.sign_in.passkey import PasskeyDoneScreen, PasskeyWay
from app.screens.sign_in.screen import SignInScreen

__all__ = ["MagicLinkScreen", "PasskeyDoneScreen", "PasskeyWay", "SignInScreen"]
