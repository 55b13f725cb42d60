"""Reconciliation: statements of banks and rails against the books, and the breaks between them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from shared.api.ledger import UnitCode, VolumeMinor
from shared.api.ledger_posting import AccountCode

MAX_STATEMENT_BYTES = 4 * 1024 * 1024

Days = Annotated[int, Meta(ge=0, le=31, description="How many days a line and its posting may be apart")]
Apart = Annotated[
    int, Meta(ge=0, le=10**9, description="By how much amounts may differ where a reference vouches for them")
]


class StatementFormat(StrEnum):
    """What a statement is written in."""

    CSV = "csv"
    OFX = "ofx"
    MT940 = "mt940"
    CAMT053 = "camt053"


class BankStatementIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement of the account that stands for the bank or rail in the books. `content` is the file, in Base64."""

    account: AccountCode
    format: StatementFormat
    content: Annotated[
        bytes,
        Meta(
            min_length=1,
            max_length=MAX_STATEMENT_BYTES,
            examples=["ZGF0ZSxhbW91bnQsY3VycmVuY3kKMjAyNi0xMi0wMSwxMC4wMCxOR04K"],
        ),
    ]
    days: Days = 3
    amount_minor: Apart = 0


class BankStatementOut(Struct, frozen=True, kw_only=True):
    """A statement that was imported; `matched` lines found their posting with it (null where it is only listed)."""

    id: UUID
    account: str
    format: StatementFormat
    lines: int
    imported_at: datetime
    matched: int | None


class MatchIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Matches open lines of an account again, with what was posted since."""

    account: AccountCode
    days: Days = 3
    amount_minor: Apart = 0


class MatchedOut(Struct, frozen=True, kw_only=True):
    """How many lines found their posting."""

    matched: int


class BreakKind(StrEnum):
    """On which side it stands alone."""

    NOT_IN_BOOKS = "not_in_books"
    NOT_AT_BANK = "not_at_bank"


class BreakOut(Struct, frozen=True, kw_only=True):
    """A line without a posting, or a posting without a line. Amounts into the account are above zero."""

    kind: BreakKind
    line_id: UUID | None
    journal_id: UUID | None
    on: date
    age_days: int
    amount_minor: VolumeMinor
    currency: UnitCode
    told: str


class ResolutionIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person made of a line, and the journal that it is, if it is one."""

    note: Annotated[str, Meta(min_length=1, max_length=500, pattern="^[^\\x00]*$")]
    journal_id: UUID | None = None
