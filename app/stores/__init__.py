"""What the app knows, without a control in it: observable, and filled by `shared.client` alone."""

from app.stores.action import Action
from app.stores.look import Look, Theme
from app.stores.problem import Problem
from app.stores.query import Query
from app.stores.session import Session, SessionStatus
from app.stores.state import Empty, Failed, Loading, Offline, Ready, ViewState

__all__ = [
    "Action",
    "Empty",
    "Failed",
    "Loading",
    "Look",
    "Offline",
    "Problem",
    "Query",
    "Ready",
    "Session",
    "SessionStatus",
    "Theme",
    "ViewState",
]
