"""Support: conversations across channels in one thread, the desk of agents, and disputes."""

from backend.support.errors import ConversationNotFound
from backend.support.module import module

__all__ = ["ConversationNotFound", "module"]
