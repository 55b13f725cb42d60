"""The typed Python SDK: `AsyncClient` and, generated from the same source, `Client`.

The clients are imported on first use: a phone loads one of them only, and the generator loads none.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from shared.client import errors
from shared.client.config import ClientConfig
from shared.client.files import Download, Upload
from shared.client.tokens import Tokens
from shared.client.webhooks import Webhook

if TYPE_CHECKING:
    from shared.client._async.client import AsyncClient
    from shared.client._async.token_store import AsyncMemoryTokenStore, AsyncTokenStore
    from shared.client._sync.client import Client
    from shared.client._sync.token_store import MemoryTokenStore, TokenStore

_ON_USE = {
    "AsyncClient": "_async.client",
    "AsyncMemoryTokenStore": "_async.token_store",
    "AsyncTokenStore": "_async.token_store",
    "Client": "_sync.client",
    "MemoryTokenStore": "_sync.token_store",
    "TokenStore": "_sync.token_store",
}

__all__ = [
    "AsyncClient",
    "AsyncMemoryTokenStore",
    "AsyncTokenStore",
    "Client",
    "ClientConfig",
    "Download",
    "MemoryTokenStore",
    "TokenStore",
    "Tokens",
    "Upload",
    "Webhook",
    "errors",
]


def __getattr__(name: str) -> object:
    module = _ON_USE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
