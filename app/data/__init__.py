"""The way to the platform: everything goes through `shared.client`."""

from app.data.caller import CALLER
from app.data.connections import Connections
from app.data.token_store import KeptTokens

__all__ = ["CALLER", "Connections", "KeptTokens"]
