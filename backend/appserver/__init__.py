"""Serves the borrower's app on the web: its files, its boot page, and the sockets that its windows live on."""

from backend.appserver.asgi import AppServer, ServerOptions

__all__ = ["AppServer", "ServerOptions"]
