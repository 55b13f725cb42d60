"""Every call of the SDK that names something by an id, made with somebody else's ids."""

import inspect
import typing
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import Parameter
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.cli import papers
from shared.client import AsyncClient, Upload
from shared.client._async.resource import Resource
from shared.paging import Page
from tests.contract import golden

# What an argument or a field is called elsewhere.
_ALIASES = {
    "bank_account_id": "account_id",
    "payout_account_id": "account_id",
    "credit_line_id": "line_id",
    "back_id": "document_id",
    "certificate_id": "document_id",
    "chart_id": "document_id",
    "front_id": "document_id",
    "proof_id": "document_id",
    "agent_id": "user_id",
    "entry_id": "transaction_id",
    "seen_message_id": "message_id",
    "source_id": "loan_id",
}
# What one part of the SDK calls by a name that means another thing elsewhere.
_ELSEWHERE = {
    ("arrears", "case_id"): "hardship_id",
    ("bot", "link_id"): "channel_link_id",
    ("identity", "link_id"): "channel_link_id",
    ("identity", "account_id"): "service_account_id",
}
# Where the least that a struct takes would be refused for what it says, before anyone asks whose the id is.
_BODIES: dict[str, dict[str, Any]] = {
    "ApplicationIn": {"channel": "web"},
    "BankAccountIn": msgspec.to_builtins(papers.bank_account(papers.NIGERIA, "Eve Pass")),
    "InvitationIn": {"role": "finance_viewer", "phone": "+2348031234567"},
    "IdentityDetailsIn": {
        "given_name": "Eve",
        "family_name": "Pass",
        "birth_date": "1990-05-17",
        "nationality": "NG",
        "bvn": "22222222222",
    },
}


@dataclass(frozen=True)
class Call:
    """One method, ready to be called by an intruder."""

    name: str
    make: Callable[[], Any]

    async def outcome(self) -> Any:
        """What comes back: the answer, with pages and iterators as lists, or the refusal itself."""
        try:
            answer = self.make()
            if isinstance(answer, AsyncIterable):
                return [each async for each in answer]
            assert isinstance(answer, Awaitable), "a method of the SDK is awaited, or iterated over"
            found = await answer
        except Exception as refusal:  # noqa: BLE001  (what kind it is, is what is asked)
            return refusal
        return found.items if isinstance(found, Page) else found


def calls(client: AsyncClient, ids: Mapping[str, UUID]) -> Iterator[Call]:
    """Each public method that takes an id, with the victim's `ids` wherever one is asked for.

    Raises KeyError for an id that the victim lacks: give them one of everything.
    """
    for part, resource in vars(client).items():
        if isinstance(resource, Resource):
            for name, method in inspect.getmembers(resource, inspect.ismethod):
                hints = typing.get_type_hints(method)
                if not name.startswith("_") and any(_names(hints[each]) for each in hints if each != "return"):
                    yield _call(f"{part}.{name}", method, hints, ids)


def _names(hint: Any) -> bool:
    """Whether there is an id in it."""
    if hint is UUID:
        return True
    if isinstance(hint, type) and issubclass(hint, Struct):
        return any(_names(each) for each in typing.get_type_hints(hint).values())
    return any(_names(each) for each in typing.get_args(hint))


def _lists_structs(hint: Any) -> bool:
    """Whether it is a list of structs, whose ids are no more than notes."""
    inner = typing.get_args(hint)
    return any((isinstance(each, type) and issubclass(each, Struct)) or _lists_structs(each) for each in inner)


def _call(name: str, method: Callable[..., Any], hints: dict[str, Any], ids: Mapping[str, UUID]) -> Call:
    given = {}
    for parameter in inspect.signature(method).parameters.values():
        hint = hints[parameter.name]
        if UUID in (hint, *typing.get_args(hint)):
            given[parameter.name] = _id(name, parameter.name, ids)
        elif parameter.default is Parameter.empty:
            given[parameter.name] = _argument(name, hint, ids)
    return Call(name, lambda: method(**given))


def _argument(name: str, hint: Any, ids: Mapping[str, UUID]) -> Any:
    if hint is Upload:
        return Upload(filename="statement.csv", content=b"Date,Description,Amount\n", media_type="text/csv")
    kind = next((each for each in (hint, *typing.get_args(hint)) if hasattr(each, "__struct_fields__")), None)
    if kind is None:
        return msgspec.convert(golden._value(msgspec.inspect.type_info(hint), full=False), hint)
    body = dict(_BODIES.get(kind.__name__) or golden.sample(kind, full=False))
    for field in msgspec.structs.fields(kind):
        if _names(field.type) and not _lists_structs(field.type):
            body[field.encode_name] = str(_id(name, field.name, ids))
    return msgspec.convert(body, kind)


def _id(method: str, name: str, ids: Mapping[str, UUID]) -> UUID:
    """The victim's id of that kind; a case and a payment may be one of several, by who works on them."""
    kind = _ELSEWHERE.get((method.partition(".")[0], name)) or _ALIASES.get(name, name)
    if kind == "case_id":
        business = ("kyb", "registration", "directors", "beneficial", "proof")
        kind = "kyb_case_id" if any(word in method for word in business) else "kyc_case_id"
    return ids[kind]
