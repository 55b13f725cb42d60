"""Acting for a business: registering it, proving what it is, and who else acts for it."""

from app.screens.businesses.inviting import InviteScreen
from app.screens.businesses.kyb import KybScreen, KybTaskScreen
from app.screens.businesses.listing import BusinessesScreen, NewBusinessScreen
from app.screens.businesses.screen import BusinessScreen

__all__ = [
    "BusinessScreen",
    "BusinessesScreen",
    "InviteScreen",
    "KybScreen",
    "KybTaskScreen",
    "NewBusinessScreen",
]
