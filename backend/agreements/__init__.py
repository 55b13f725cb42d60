"""Agreements: documents, signatures with their evidence, and the right to cancel."""

from backend.agreements.errors import (
    AgreementNotCancellable,
    AgreementNotFound,
    AgreementNotSignable,
    AgreementRunOut,
    DocumentDamaged,
    DocumentNotReady,
    DocumentsDiffer,
    EvidenceNotFound,
)
from backend.agreements.module import module
from backend.agreements.ports import Typesetter

__all__ = [
    "AgreementNotCancellable",
    "AgreementNotFound",
    "AgreementNotSignable",
    "AgreementRunOut",
    "DocumentDamaged",
    "DocumentNotReady",
    "DocumentsDiffer",
    "EvidenceNotFound",
    "Typesetter",
    "module",
]
