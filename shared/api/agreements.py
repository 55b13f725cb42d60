"""Agreements as the API speaks of them."""

from enum import StrEnum


class DocumentKind(StrEnum):
    """The documents of an agreement."""

    KEY_FACTS = "key_facts"
    CONTRACT = "contract"
