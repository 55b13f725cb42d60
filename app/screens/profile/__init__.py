"""Who one is here, and how the app behaves."""

from app.screens.profile.app_lock import AppLockScreen
from app.screens.profile.appearance import AppearanceScreen
from app.screens.profile.authenticator import AuthenticatorScreen
from app.screens.profile.chats import ChatsScreen
from app.screens.profile.confirm_chat import ConfirmChatScreen
from app.screens.profile.consents import ConsentsScreen
from app.screens.profile.contacts import ContactsScreen
from app.screens.profile.devices import DevicesScreen
from app.screens.profile.language import SpeechScreen
from app.screens.profile.passkeys import PasskeysScreen
from app.screens.profile.preferences import PreferencesScreen
from app.screens.profile.screen import ProfileScreen

__all__ = [
    "AppLockScreen",
    "AppearanceScreen",
    "AuthenticatorScreen",
    "ChatsScreen",
    "ConfirmChatScreen",
    "ConsentsScreen",
    "ContactsScreen",
    "DevicesScreen",
    "PasskeysScreen",
    "PreferencesScreen",
    "ProfileScreen",
    "SpeechScreen",
]
