"""What agreements need from outside."""

from typing import Protocol

from backend.agreements.domain.page import Page
from shared.api.agreements import DocumentKind


class Typesetter(Protocol):
    """Turns a page into a PDF."""

    def render(self, kind: DocumentKind, page: Page) -> bytes:
        """The PDF of `page`: the same bytes for the same input, at any time, on any machine. Blocking, some 50 ms."""
        ...
