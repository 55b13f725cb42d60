"""Checks an export of a ledger: python verifier.py EXPORT [--key HEX ...] [--anchor HEIGHT:HASH ...]

Stands alone: needs this file, the export, the public key, Python and `cryptography`; nothing of the platform. It computes
every hash, sum and signature anew and names the first row that is wrong. `--key` is a public key that you were given by
another way than the export; `--anchor` a height and its hash that you noted earlier. Ends with 0 when all holds, 1 when
something is wrong, 2 when the export can't be read.
"""

import argparse
import hashlib
import json
import struct
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Row = dict[str, Any]
KINDS = {"account": 1, "journal": 2, "hold": 3, "hold_end": 4, "closing": 5}
NOBODY = str(UUID(int=0))
POSTING = ("line", "account", "currency", "amount_minor", "loan_id", "party_id", "effective_on")


class Wrong(Exception):
    """The first row that does not hold, and why."""

    def __init__(self, why: str, *, height: int | None = None, entry_id: str | None = None) -> None:
        self.why, self.height, self.entry_id = why, height, entry_id
        place = "" if height is None else f"height {height}: "
        super().__init__(f"{place}{why}" + (f" ({entry_id})" if entry_id else ""))


def packed(content: Any) -> bytes:
    """JSON with sorted keys and nothing between: RFC 8785 for the values that occur here."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def journal_hash(content: Row) -> bytes:
    """SHA-256 of a journal as it was asked for."""
    postings = [dict(zip(POSTING, line, strict=True)) for line in content["postings"]]
    asked = {
        **{
            name: content[name]
            for name in ("description", "effective_on", "key", "kind", "reverses", "source", "source_id")
        },
        **({"metadata": content["metadata"]} if content["metadata"] else {}),
        "postings": [
            {
                **{name: line[name] for name in ("account", "currency", "loan_id", "party_id")},
                "amount_minor": abs(line["amount_minor"]),
                "side": "debit" if line["amount_minor"] > 0 else "credit",
            }
            for line in postings
        ],
    }
    return hashlib.sha256(b"caas.journal.v1\n" + packed(asked)).digest()


def content_hash(kind: str, content: Row) -> bytes:
    """SHA-256 of what an entry says."""
    if kind == "journal":
        return journal_hash(content)
    return hashlib.sha256(b"caas.entry.v1\n" + kind.encode() + b"\n" + packed(content)).digest()


class Verifier:
    """Reads the rows of an export in their order. `check` raises Wrong at the first that does not hold.

    Without `whole` it checks a part of the chain that follows `height`, `head` and `moment`, and no sums.
    """

    def __init__(
        self,
        tenant_id: UUID,
        *,
        keys: Iterable[bytes] = (),
        anchors: Iterable[tuple[int, bytes]] = (),
        whole: bool = True,
        height: int = 0,
        head: bytes = bytes(32),
        moment: int = 0,
    ) -> None:
        self.tenant_id, self.whole = tenant_id, whole
        self.height, self.head, self.moment = height, head, moment
        self.entries, self.unsealed, self.blocks = 0, 0, 0
        self._pinned, self._anchors = set(keys), dict(anchors)
        self._keys: dict[int, bytes] = {}
        self._last_block: tuple[int, int, bytes] = (0, 0, bytes(32))
        self._accounts: dict[str, Row] = {}
        self._holds: dict[str, Row] = {}
        self._closings = 0
        self._kept: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._days: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._totals: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._moved: set[tuple[str, str]] = set()
        self._marks: dict[tuple[str, str, int], list[int]] = {}
        self._last_cursor = (-1, -1)
        self._named = False

    def check(self, row: Row) -> None:
        """Takes the next row. Raises Wrong."""
        takes = getattr(self, f"_{row.get('type')}", None)
        if takes is None:
            raise Wrong(f"a row of a kind that is not known: {row.get('type')}")
        try:
            takes(row)
        except (KeyError, TypeError, ValueError, struct.error) as failure:
            raise Wrong(f"the row can't be read: {failure!r}", height=row.get("height")) from failure

    def finish(self) -> None:
        """Checks what can be known at the end alone. Raises Wrong."""
        for kept in (self._kept, self._days, self._marks):
            for place, figures in kept.items():
                if kept is not self._kept or self._accounts.get(place[0], {}).get("floor_minor") is not None:
                    raise Wrong(f"the sums of {' '.join(map(str, place))} are not kept: {figures} is missing")
        for hold in self._holds:
            raise Wrong("the hold is open, and not among the open ones", entry_id=hold)
        if self._last_block[1] > self.height:
            raise Wrong(f"block {self._last_block[0]} reaches height {self._last_block[1]}, the chain does not")
        for height in self._anchors:
            if height > self.height:
                raise Wrong(f"the chain ends at {self.height}, before the height {height} that you noted")
        if self._pinned and not self._named and self._keys:
            raise Wrong("none of the keys that you gave signed this ledger, or vouches for one that did")

    def _header(self, row: Row) -> None:
        if row["format"] != "caas.ledger.v1":
            raise Wrong(f"the format is {row['format']}, not caas.ledger.v1")

    def _end(self, row: Row) -> None:
        if (row["entries"], row["head"]) != (self.height, self.head.hex()):
            raise Wrong(f"the export says {row['entries']} entries, it has {self.height}")

    def _key(self, row: Row) -> None:
        number, public = int(row["number"]), bytes.fromhex(row["public_key"])
        if number != len(self._keys) + 1:
            raise Wrong(f"key {len(self._keys) + 1} is missing")
        previous = self._keys.get(number - 1, bytes(32))
        message = struct.pack(">16sQ32s32sq", self.tenant_id.bytes, number, public, previous, row["made_at"])
        voucher = self._keys.get(number - 1, public)
        _verify(voucher, row["endorsement"], b"caas.key.v1\n" + message, f"key {number} is not vouched for")
        self._keys[number] = public
        self._named = self._named or public in self._pinned

    def _entry(self, row: Row) -> None:
        here = {"height": row["height"], "entry_id": row["id"]}
        if row["height"] != self.height + 1:
            raise Wrong(f"height {self.height + 1} is missing", **here)
        if row["content"] is None:
            raise Wrong(f"the {row['kind']} is gone", **here)
        digest = self._content(row)
        if not _same_order(row):
            raise Wrong("the entry and its seal stand at different places", **here)
        self.moment = max(self.moment, row["posted_at"])
        counts_on = row["content"].get("counts_on") if row["kind"] == "journal" else None
        link = struct.pack(
            ">16sQ32sB16sqqi32s",
            self.tenant_id.bytes,
            row["height"],
            self.head,
            KINDS[row["kind"]],
            UUID(row["id"]).bytes,
            row["position"],
            row["posted_at"],
            date.fromisoformat(counts_on).toordinal() if counts_on else 0,
            digest,
        )
        self.head = hashlib.sha256(b"caas.chain.v2\n" + link).digest()
        if self.head.hex() != row["hash"]:
            raise Wrong("the entry does not follow from the one before it", **here)
        if row["moment"] != self.moment:
            raise Wrong("its seal names another moment", **here)
        self.height, self.entries = row["height"], self.entries + 1
        if self._anchors.get(self.height, self.head) != self.head:
            raise Wrong("the hash is not the one that you noted", **here)
        if self.whole:
            self._count(row, sealed=True)

    def _unsealed(self, row: Row) -> None:
        if self._content(row) and self.whole:
            self._count(row, sealed=False)
        if (int(row["xid"]), row["position"]) <= self._last_cursor:
            raise Wrong(f"the {row['kind']} was passed over by the chain", entry_id=row["id"])
        self.unsealed += 1

    def _content(self, row: Row) -> bytes:
        """The hash of what an entry says. Raises Wrong where it contradicts itself."""
        here = {"height": row.get("height"), "entry_id": row["id"]}
        digest, content = content_hash(row["kind"], row["content"]), row["content"]
        if row["kind"] == "journal":
            if digest.hex() != content["content_hash"]:
                raise Wrong("the journal's content does not match its hash", **here)
            if [line[0] for line in content["postings"]] != list(range(1, content["posting_count"] + 1)):
                raise Wrong("the journal's postings are not those that it had", **here)
            if any(line[6] != content["counts_on"] for line in content["postings"]):
                raise Wrong("a posting counts for another day than its journal", **here)
            sums: dict[str, int] = defaultdict(int)
            for _, _, currency, amount, *_ in content["postings"]:
                sums[currency] += amount
            if not content["postings"] or any(sums.values()):
                raise Wrong("the journal does not balance", **here)
        if "seal_xid" in row:
            self._last_cursor = (int(row["seal_xid"]), row["seal_position"])
        return digest

    def _count(self, row: Row, *, sealed: bool) -> None:
        content, kind = row["content"], row["kind"]
        if kind == "account":
            self._accounts[content["code"]] = content
        elif kind == "closing":
            self._closings += 1
            if content["number"] != self._closings and sealed:
                raise Wrong(f"closing {self._closings} is missing", height=row["height"])
        elif kind == "hold":
            self._holds[row["id"]] = content
            self._hold(content, content["amount_minor"])
        elif kind == "hold_end":
            ended = self._holds.pop(content["hold_id"], None)
            if ended is None:
                raise Wrong("a hold ends that is not open", height=row.get("height"), entry_id=row["id"])
            self._hold(ended, -ended["amount_minor"])
        else:
            for line in content["postings"]:
                self._post(*line[1:], sealed=sealed)

    def _hold(self, hold: Row, amount: int) -> None:
        cell = (hold["account"], hold["currency"], hold["loan_id"] or NOBODY, hold["party_id"] or NOBODY)
        self._kept[cell][1 if hold["kind"] == "hold" else 2] += amount

    def _post(
        self, account: str, currency: str, amount: int, loan: str | None, party: str | None, day: str, *, sealed: bool
    ) -> None:
        entry = self._accounts.get(account)  # one that opened itself follows the journal that it opened for
        if entry is None or entry["floor_minor"] is not None:
            self._kept[account, currency, loan or NOBODY, party or NOBODY][0] += amount
        if sealed:
            side = 0 if amount > 0 else 1
            self._days[account, currency, day][side] += abs(amount)
            self._totals[account, currency][side] += abs(amount)
            self._moved.add((account, currency))

    def _block(self, row: Row) -> None:
        number, last, digest = self._last_block
        if row["number"] != number + 1 or row["first_height"] != last + 1:
            raise Wrong(f"block {number + 1} is missing", height=last + 1)
        if bytes.fromhex(row["previous_hash"]) != digest:
            raise Wrong(f"block {row['number']} does not follow from the one before it", height=last + 1)
        if row["last_height"] != self.height or bytes.fromhex(row["head_hash"]) != self.head:
            raise Wrong(f"block {row['number']} vouches for another chain", height=row["last_height"])
        message = b"caas.block.v1\n" + struct.pack(
            ">16sQQQ32s32sQq",
            self.tenant_id.bytes,
            row["number"],
            row["first_height"],
            row["last_height"],
            self.head,
            digest,
            row["key_number"],
            row["signed_at"],
        )
        key = self._keys.get(row["key_number"])
        if key is None:
            raise Wrong(f"the key {row['key_number']} of block {row['number']} is missing")
        _verify(key, row["signature"], message, f"the signature of block {row['number']} is wrong")
        signed = hashlib.sha256(message + bytes.fromhex(row["signature"])).digest()
        self._last_block, self.blocks = (row["number"], row["last_height"], signed), self.blocks + 1
        for account, currency in self._moved:
            self._marks[account, currency, row["number"]] = list(self._totals[account, currency])
        self._moved.clear()

    def _stray(self, row: Row) -> None:
        raise Wrong(f"a posting belongs to no journal: line {row['line']}", entry_id=row["journal_id"])

    def _balance(self, row: Row) -> None:
        cell = (row["account"], row["currency"], row["loan_id"], row["party_id"])
        if cell not in self._kept:
            raise Wrong(f"nothing was ever posted to {' '.join(cell)}")
        debits, held, queued = self._kept.pop(cell)
        entry = self._accounts.get(row["account"])
        if entry is None or entry["floor_minor"] != row["floor_minor"]:
            raise Wrong(f"the floor of {' '.join(cell)} is not its account's")
        computed = [debits if entry["normal_side"] == "debit" else -debits, held, queued]
        if computed != [row["balance_minor"], row["held_minor"], row["queued_minor"]]:
            raise Wrong(f"the kept balance of {' '.join(cell)} is not the sum of its postings and holds: {computed}")

    def _open_hold(self, row: Row) -> None:
        if self._holds.pop(row["hold_id"], {}).get("expires_at", -1) != row["expires_at"]:
            raise Wrong("it is not open, or expires at another time", entry_id=row["hold_id"])

    def _day(self, row: Row) -> None:
        place = (row["account"], row["currency"], row["effective_on"])
        if self._days.pop(place, None) != [row["debit_minor"], row["credit_minor"]]:
            raise Wrong(f"the sums of {' '.join(place)} are not those of its postings")

    def _mark(self, row: Row) -> None:
        place = (row["account"], row["currency"], row["block"])
        if self._marks.pop(place, None) != [row["debit_minor"], row["credit_minor"]]:
            raise Wrong(f"the mark of {place[0]} {place[1]} at block {place[2]} is not the sum of its postings")


def _same_order(row: Row) -> bool:
    """A seal stands where its entry does; a database that was restored has numbered both anew, the entry as 0."""
    same = row["xid"] == row["seal_xid"] or (row["xid"], row["seal_xid"]) == ("0", "1")
    return same and row["position"] == row["seal_position"]


def _verify(public: bytes, signature: str, message: bytes, why: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError) as failure:
        raise Wrong(why) from failure


def read(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of an export. Raises ValueError."""
    for line in lines:
        if line.strip():
            yield json.loads(line)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", action="append", default=[], metavar="HEX")
    parser.add_argument("--anchor", action="append", default=[], metavar="HEIGHT:HASH")
    given = parser.parse_args()
    anchors = [(int(height), bytes.fromhex(digest)) for height, _, digest in (a.partition(":") for a in given.anchor)]
    try:
        with given.export.open(encoding="utf-8") as lines:
            rows = read(lines)
            header = next(rows)
            verifier = Verifier(UUID(header["tenant_id"]), keys=map(bytes.fromhex, given.key), anchors=anchors)
            ended = False
            for row in (header, *()):
                verifier.check(row)
            for row in rows:
                verifier.check(row)
                ended = row["type"] == "end"
            if not ended:
                raise Wrong("the export is cut off: its last line is missing")
            verifier.finish()
    except Wrong as wrong:
        sys.stdout.write(f"WRONG  {wrong}\n")
        return 1
    except (OSError, ValueError, KeyError, StopIteration) as failure:
        sys.stderr.write(f"{given.export} can't be read: {failure!r}\n")
        return 2
    vouched = "signed by a key that you gave" if given.key else "signed; give --key to know by whom"
    sys.stdout.write(
        f"HOLDS  {verifier.height} entries in {verifier.blocks} blocks, {vouched}; {verifier.unsealed} not sealed yet;"
        f" head {verifier.head.hex()}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
