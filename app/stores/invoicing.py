"""The invoice that is to be financed, as it is typed."""

import flet as ft

from app.stores.amounts import typed_minor
from app.stores.days import parse_day, today, typed_day
from app.stores.draft import DraftFlow
from app.stores.root import Store
from shared.api.applications import ApplicationDetails, Invoice
from shared.currency import exponent_of


class InvoiceForm(ft.Observable):
    """Hands the draft an invoice as soon as it is complete and fits, and takes it back when it no longer does."""

    def __init__(self, flow: DraftFlow, store: Store) -> None:
        self._flow = flow
        self._store = store
        known = flow.details.invoice
        self.fields: dict[str, str] = {
            "number": known.number if known else "",
            "debtor": known.debtor if known else "",
            "amount": _major(known.amount_minor, flow.product.currency) if known else "",
            "issued_on": typed_day(known.issued_on if known else None),
            "due_on": typed_day(known.due_on if known else None),
        }

    def write(self, name: str, text: str) -> None:
        """Takes what was typed."""
        self.fields = {**self.fields, name: text}
        self._flow.choose(details=ApplicationDetails(invoice=self.invoice))

    @property
    def wrong(self) -> frozenset[str]:
        """The fields that are filled in and can't be right."""
        amount, issued, due = self._amount, parse_day(self.fields["issued_on"]), parse_day(self.fields["due_on"])
        on = today(self._store)
        found = {
            "amount": amount is not None and amount < self._flow.amount.amount_minor,
            "issued_on": issued is not None and issued > on,
            "due_on": due is not None and due <= on,
        }
        return frozenset(name for name, is_wrong in found.items() if is_wrong)

    @property
    def invoice(self) -> Invoice | None:
        """The invoice; None while something is missing or can't be right."""
        given, amount = self.fields, self._amount
        issued, due = parse_day(given["issued_on"]), parse_day(given["due_on"])
        number, debtor = given["number"].strip(), given["debtor"].strip()
        if not (number and debtor and amount and issued and due) or self.wrong:
            return None
        return Invoice(number=number, debtor=debtor, amount_minor=amount, issued_on=issued, due_on=due)

    @property
    def _amount(self) -> int | None:
        return typed_minor(self.fields["amount"], self._flow.product.currency)


def _major(minor: int, currency: str) -> str:
    """An amount as it is typed."""
    places = exponent_of(currency)
    whole, part = divmod(minor, 10**places)
    return f"{whole}.{part:0{places}d}" if part else f"{whole}"
