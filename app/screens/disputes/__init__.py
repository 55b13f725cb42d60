"""What is wrong with a loan: said, tracked, decided."""

from app.screens.disputes.listing import DisputesScreen
from app.screens.disputes.opening import NewDisputeScreen
from app.screens.disputes.screen import DisputeScreen

__all__ = ["DisputeScreen", "DisputesScreen", "NewDisputeScreen"]
