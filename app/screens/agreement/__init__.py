"""The agreement: key facts, documents, signature, cooling-off."""

from app.screens.agreement.screen import AgreementScreen

__all__ = ["AgreementScreen"]
