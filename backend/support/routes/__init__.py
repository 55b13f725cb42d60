"""Support over HTTP."""

from backend.support.routes.bot import BotController
from backend.support.routes.me import MyConversationController

ROUTES = (BotController, MyConversationController)

__all__ = ["ROUTES"]
