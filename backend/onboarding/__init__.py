"""Onboarding: who a person is, what a business is, and whose bank account it is."""

from backend.onboarding.errors import BankAccountNotFound, BankAccountNotUsable
from backend.onboarding.module import module
from backend.onboarding.party import (
    BankAccount,
    PartyFacts,
    bank_account,
    facts,
    require_borrower_account,
)
from backend.onboarding.usecases.upload_document import clean_upload

__all__ = (
    "BankAccount",
    "BankAccountNotFound",
    "BankAccountNotUsable",
    "PartyFacts",
    "bank_account",
    "clean_upload",
    "facts",
    "module",
    "require_borrower_account",
)
