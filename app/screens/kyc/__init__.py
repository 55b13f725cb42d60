"""Proving who one is: a list of tasks, each on a page of its own."""

from app.screens.kyc.screen import KycScreen
from app.screens.kyc.task import KycTaskScreen

__all__ = ["KycScreen", "KycTaskScreen"]
