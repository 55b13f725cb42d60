"""Support over HTTP."""

from backend.support.routes.bot import BotController
from backend.support.routes.desk import DeskController
from backend.support.routes.disputes import DisputeController
from backend.support.routes.live import stream_live
from backend.support.routes.me import MyConversationController
from backend.support.routes.running import DeskRunningController

ROUTES = (
    BotController,
    DeskController,
    DeskRunningController,
    DisputeController,
    stream_live,
    MyConversationController,
)

__all__ = ["ROUTES"]
