"""Checks an export of a ledger: python verifier.py EXPORT [--key HEX] [--anchor HEIGHT:HASH].

Stands alone: needs this file, the export, the public key, Python and `cryptography`; nothing of the platform. It
computes every hash, sum and signature anew and names the first row that is wrong. `--key` is a public key that you were
given by another way than the export, `--anchor` a height and its hash that you noted earlier; both may be repeated.
Ends with 0 when all holds, 1 when something is wrong, 2 when the export can't be read.
"""

import argparse
import hashlib
import json
import struct
import sys
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row = dict[str, Any]
Anchors = Iterable[tuple[int, bytes]]
After = tuple[int, bytes, int]
KINDS = {"account": 1, "journal": 2, "hold": 3, "hold_end": 4, "closing": 5}
NOBODY = str(UUID(int=0))
LINK, BLOCK, KEY = struct.Struct(">16sQ32sB16sqqi32s"), struct.Struct(">16sQQQ32s32sQq"), struct.Struct(">16sQ32s32sq")
LINE_FIELDS = ("account", "amount_minor", "currency", "loan_id", "party_id", "side")
JOURNAL_FIELDS = ("description", "effective_on", "key", "kind", "reverses", "source", "source_id")


class Wrong(Exception):
    """The first row that does not hold, and why."""

    def __init__(self, why: str, row: Row | None = None) -> None:
        self.why = why
        self.height: int | None = (row or {}).get("height")
        self.entry_id: str | None = (row or {}).get("id")
        place = "" if self.height is None else f"height {self.height}: "
        super().__init__(f"{place}{why}" + (f" ({self.entry_id})" if self.entry_id else ""))


def _must(holds: bool, why: str, row: Row | None = None) -> None:  # noqa: FBT001 -- it reads as a sentence
    if not holds:
        raise Wrong(why, row)


def packed(content: Any) -> bytes:
    """JSON with sorted keys and nothing between: RFC 8785 for the values that occur here."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def journal_hash(content: Row) -> bytes:
    """SHA-256 of a journal as it was asked for."""
    asked: Row = {name: content[name] for name in JOURNAL_FIELDS}
    if content["metadata"]:
        asked["metadata"] = content["metadata"]
    asked["postings"] = [
        dict(zip(LINE_FIELDS, (account, abs(amount), unit, *owner, "debit" if amount > 0 else "credit"), strict=True))
        for _, account, unit, amount, *owner, _ in content["postings"]
    ]
    return hashlib.sha256(b"caas.journal.v1\n" + packed(asked)).digest()


def content_hash(kind: str, content: Row) -> bytes:
    """SHA-256 of what an entry says."""
    if kind == "journal":
        return journal_hash(content)
    return hashlib.sha256(b"caas.entry.v1\n" + kind.encode() + b"\n" + packed(content)).digest()


class Verifier:
    """Reads the rows of an export in their order. `check` raises Wrong at the first that does not hold.

    With `after` (a height, its hash and moment) it checks the part of a chain that follows, and no sums.
    """

    def __init__(
        self, tenant_id: UUID, *, keys: Iterable[bytes] = (), anchors: Anchors = (), after: After | None = None
    ) -> None:
        self.tenant_id, self._whole = tenant_id, after is None
        self.height, self.head, self.moment = after or (0, bytes(32), 0)
        self.unsealed, self.blocks = 0, 0
        self._pinned, self._anchors = set(keys), dict(anchors)
        self._keys: dict[int, bytes] = {}
        self._last_block: tuple[int, int, bytes] = (0, 0, bytes(32))
        self._cursor = (-1, -1)
        self._accounts: dict[str, Row] = {}
        self._holds: dict[str, Row] = {}
        self._closings = 0
        self._kept: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._days: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
        self._marks: dict[tuple[Any, ...], list[int]] = {}
        self._totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._moved: set[tuple[str, str]] = set()

    def check(self, row: Row) -> None:
        """Takes the next row. Raises Wrong."""
        try:
            getattr(self, f"_{row['type']}")(row)
        except (AttributeError, KeyError, TypeError, ValueError, struct.error) as failure:
            raise Wrong(f"the row can't be read: {failure!r}", row) from failure

    def finish(self) -> None:
        """Checks what can be known at the end alone. Raises Wrong."""
        floored = {code for code, account in self._accounts.items() if account["floor_minor"] is not None}
        unkept = [*self._days, *self._marks, *(cell for cell in self._kept if cell[0] in floored)]
        if unkept:
            raise Wrong(f"the sums of {' '.join(map(str, unkept[0]))} are missing")
        _must(not self._holds, f"open holds are not among those that are kept: {list(self._holds)[:1]}")
        _must(self._last_block[1] <= self.height, f"block {self._last_block[0]} reaches beyond the chain")
        if beyond := [height for height in self._anchors if height > self.height]:
            raise Wrong(f"the chain ends at {self.height}, before the height {beyond[0]} that you noted")
        if self._pinned and not self._pinned & set(self._keys.values()):
            raise Wrong("none of the keys that you gave signed this ledger")

    def _header(self, row: Row) -> None:
        _must(row["format"] == "caas.ledger.v1", f"the format is {row['format']}, not caas.ledger.v1")

    def _end(self, row: Row) -> None:
        _must((row["entries"], row["head"]) == (self.height, self.head.hex()), "the export ends elsewhere than it says")

    def _key(self, row: Row) -> None:
        number, public = int(row["number"]), bytes.fromhex(row["public_key"])
        _must(number == len(self._keys) + 1, f"key {len(self._keys) + 1} is missing")
        previous = self._keys.get(number - 1, bytes(32))
        message = b"caas.key.v1\n" + KEY.pack(self.tenant_id.bytes, number, public, previous, row["made_at"])
        _verify(self._keys.get(number - 1, public), row["endorsement"], message, f"key {number} is not vouched for")
        self._keys[number] = public

    def _entry(self, row: Row) -> None:
        height = self.height + 1
        _must(row["height"] == height, f"height {height} is missing", row)
        _must(row["content"] is not None, f"the {row['kind']} is gone", row)
        digest = self._said(row)
        # A restored database has numbered both anew, the entry as 0.
        stands = row["xid"] == row["seal_xid"] or (row["xid"], row["seal_xid"]) == ("0", "1")
        _must(stands and row["position"] == row["seal_position"], "the entry and its seal stand apart", row)
        self.moment = max(self.moment, row["posted_at"])
        day = date.fromisoformat(row["content"]["counts_on"]).toordinal() if row["kind"] == "journal" else 0
        place, identity = (KINDS[row["kind"]], UUID(row["id"]).bytes), (row["position"], row["posted_at"], day)
        link = LINK.pack(self.tenant_id.bytes, height, self.head, *place, *identity, digest)
        self.head = hashlib.sha256(b"caas.chain.v2\n" + link).digest()
        _must(self.head.hex() == row["hash"], "the entry does not follow from the one before it", row)
        _must(row["moment"] == self.moment, "its seal names another moment", row)
        _must(self._anchors.get(height, self.head) == self.head, "the hash is not the one that you noted", row)
        self.height, self._cursor = height, (int(row["seal_xid"]), row["seal_position"])
        self._count(row, sealed=True)

    def _unsealed(self, row: Row) -> None:
        self._said(row)
        _must((int(row["xid"]), row["position"]) > self._cursor, f"the {row['kind']} was passed over by the chain", row)
        self.unsealed += 1
        self._count(row, sealed=False)

    def _said(self, row: Row) -> bytes:
        """The hash of what an entry says. Raises Wrong where a journal contradicts itself."""
        content = row["content"]
        digest = content_hash(row["kind"], content)
        if row["kind"] == "journal":
            _must(digest.hex() == content["content_hash"], "the journal's content does not match its hash", row)
            lines = [(line, content["counts_on"]) for line in range(1, content["posting_count"] + 1)]
            found = [(line[0], line[6]) for line in content["postings"]]
            _must(found == lines, "the journal's postings are not those that it had", row)
            sums: dict[str, int] = defaultdict(int)
            for _, _, currency, amount, *_ in content["postings"]:
                sums[currency] += amount
            _must(bool(sums) and not any(sums.values()), "the journal does not balance", row)
        return digest

    def _count(self, row: Row, *, sealed: bool) -> None:
        """Adds an entry to the sums that the database keeps."""
        content, kind = row["content"], row["kind"]
        if not self._whole:
            return
        if kind == "account":
            self._accounts[content["code"]] = content
        elif kind == "closing":
            self._closings += 1
            _must(content["number"] == self._closings, f"closing {self._closings} is missing", row)
        elif kind == "hold":
            self._holds[row["id"]] = content
            self._hold(content, content["amount_minor"])
        elif kind == "hold_end":
            _must(content["hold_id"] in self._holds, "a hold ends that is not open", row)
            ended = self._holds.pop(content["hold_id"])
            self._hold(ended, -ended["amount_minor"])
        else:
            self._post(content["postings"], sealed=sealed)

    def _post(self, postings: list[Any], *, sealed: bool) -> None:
        for _, account, currency, amount, loan, party, day in postings:
            entry = self._accounts.get(account)  # one that opened itself follows the journal that it opened for
            if entry is None or entry["floor_minor"] is not None:
                self._kept[account, currency, loan or NOBODY, party or NOBODY][0] += amount
            if sealed:
                for sums in (self._days[account, currency, day], self._totals[account, currency]):
                    sums[0 if amount > 0 else 1] += abs(amount)
                self._moved.add((account, currency))

    def _hold(self, hold: Row, amount: int) -> None:
        cell = (hold["account"], hold["currency"], hold["loan_id"] or NOBODY, hold["party_id"] or NOBODY)
        self._kept[cell][1 if hold["kind"] == "hold" else 2] += amount

    def _block(self, row: Row) -> None:
        number, last, previous = self._last_block
        _must((row["number"], row["first_height"]) == (number + 1, last + 1), f"block {number + 1} is missing")
        here = [self.height, self.head.hex(), previous.hex()]
        _must(
            [row["last_height"], row["head_hash"], row["previous_hash"]] == here,
            f"block {number + 1} is of another chain",
        )
        _must(row["key_number"] in self._keys, f"the key {row['key_number']} of block {number + 1} is missing")
        heights = (row["number"], row["first_height"], row["last_height"])
        signed = BLOCK.pack(self.tenant_id.bytes, *heights, self.head, previous, row["key_number"], row["signed_at"])
        message, key = b"caas.block.v1\n" + signed, self._keys[row["key_number"]]
        _verify(key, row["signature"], message, f"the signature of block {number + 1} is wrong")
        digest = hashlib.sha256(message + bytes.fromhex(row["signature"])).digest()
        self._last_block, self.blocks = (row["number"], row["last_height"], digest), self.blocks + 1
        for account, currency in self._moved:
            self._marks[account, currency, row["number"]] = list(self._totals[account, currency])
        self._moved.clear()

    def _stray(self, row: Row) -> None:
        raise Wrong(f"line {row['line']} belongs to no journal", {"id": row["journal_id"]})

    def _balance(self, row: Row) -> None:
        cell = (row["account"], row["currency"], row["loan_id"], row["party_id"])
        entry = self._accounts.get(row["account"], {})
        if cell not in self._kept or entry.get("floor_minor") != row["floor_minor"]:
            raise Wrong(f"the balance of {' '.join(cell)} is kept for no reason, or above another floor")
        debits, held, queued = self._kept.pop(cell)
        computed = [debits if entry["normal_side"] == "debit" else -debits, held, queued]
        shown = [row["balance_minor"], row["held_minor"], row["queued_minor"]]
        _must(computed == shown, f"the balance of {' '.join(cell)} is not what its postings and holds add up to")

    def _open_hold(self, row: Row) -> None:
        if self._holds.pop(row["hold_id"], {}).get("expires_at", -1) != row["expires_at"]:
            raise Wrong("it is not open, or expires at another time", {"id": row["hold_id"]})

    def _day(self, row: Row) -> None:
        self._summed(self._days, (row["account"], row["currency"], row["effective_on"]), row)

    def _mark(self, row: Row) -> None:
        self._summed(self._marks, (row["account"], row["currency"], row["block"]), row)

    @staticmethod
    def _summed(computed: dict[tuple[Any, ...], list[int]], place: tuple[Any, ...], row: Row) -> None:
        if computed.pop(place, None) != [row["debit_minor"], row["credit_minor"]]:
            raise Wrong(f"the sums of {' '.join(map(str, place))} are not those of its postings")


def _verify(public: bytes, signature: str, message: bytes, why: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError) as failure:
        raise Wrong(why) from failure


def checked(lines: Iterable[str], keys: Iterable[bytes], anchors: Anchors) -> Verifier:
    """Checks all lines of an export. Raises Wrong, and ValueError, KeyError, StopIteration for what is no export."""
    rows = map(json.loads, lines)
    row = next(rows)
    verifier = Verifier(UUID(row["tenant_id"]), keys=keys, anchors=anchors)
    verifier.check(row)
    for row in rows:
        verifier.check(row)
    _must(row["type"] == "end", "the export is cut off: its last line is missing")
    verifier.finish()
    return verifier


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", action="append", default=[], type=bytes.fromhex, metavar="HEX")
    parser.add_argument("--anchor", action="append", default=[], metavar="HEIGHT:HASH")
    given = parser.parse_args()
    try:
        noted = (anchor.partition(":") for anchor in given.anchor)
        anchors = [(int(height), bytes.fromhex(digest)) for height, _, digest in noted]
        with given.export.open(encoding="utf-8") as lines:
            held = checked(lines, given.key, anchors)
    except Wrong as wrong:
        sys.stdout.write(f"WRONG  {wrong}\n")
        return 1
    except (OSError, ValueError, KeyError, StopIteration) as failure:
        sys.stderr.write(f"{given.export} can't be read: {failure!r}\n")
        return 2
    by = "by a key that you gave" if given.key else "give --key to know by whom"
    told = f"{held.height} entries in {held.blocks} signed blocks ({by}), {held.unsealed} not sealed yet"
    sys.stdout.write(f"HOLDS  {told}; head {held.head.hex()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
