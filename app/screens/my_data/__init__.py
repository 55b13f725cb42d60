"""What is held of the borrower: a copy of it, and the end of the account."""

from app.screens.my_data.ending import EndAccountScreen
from app.screens.my_data.screen import MyDataScreen

__all__ = ["EndAccountScreen", "MyDataScreen"]
