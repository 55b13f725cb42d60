"""Registering a bank account: what a country's account numbers look like, and the form for one."""

from uuid import UUID

import flet as ft

from app.stores import businesses, reads
from app.stores.root import Store
from shared.api.bank_accounts import AccountScheme, BankAccountIn, BankAccountOut

# Codes of the Central Bank of Nigeria, for the banks that most people have.
NIGERIAN_BANKS = (
    ("044", "Access Bank"),
    ("050", "Ecobank"),
    ("070", "Fidelity Bank"),
    ("011", "First Bank"),
    ("214", "First City Monument Bank"),
    ("058", "Guaranty Trust Bank"),
    ("030", "Heritage Bank"),
    ("082", "Keystone Bank"),
    ("076", "Polaris Bank"),
    ("221", "Stanbic IBTC Bank"),
    ("232", "Sterling Bank"),
    ("032", "Union Bank"),
    ("033", "United Bank for Africa"),
    ("215", "Unity Bank"),
    ("035", "Wema Bank"),
    ("057", "Zenith Bank"),
)
_WITH_IBAN = frozenset(("AE", "BH", "BR", "EG", "FR", "GB", "IQ", "JO", "KW", "LB", "MR", "PT", "QA", "SA", "TN", "TR"))


def scheme_of(country: str) -> AccountScheme:
    """How account numbers are written in a country."""
    if country == "NG":
        return AccountScheme.NUBAN
    return AccountScheme.IBAN if country in _WITH_IBAN else AccountScheme.LOCAL


class AccountForm(ft.Observable):
    """A new account of the borrower's or of their business's, in the tenant's country and currency."""

    def __init__(self, store: Store, business_id: UUID | None = None) -> None:
        self._store = store
        self.business_id = business_id
        tenant, me = store.session.tenant, store.session.me
        self.country = tenant.country if tenant else ""
        self.currency = tenant.currency if tenant else ""
        self.action = store.action()
        self.bank_code = ""
        self.number = ""
        known = businesses.mine(store).value or []
        own = (me.name or "") if me else ""
        self.holder = own if business_id is None else businesses.name_of(known, business_id)

    @property
    def scheme(self) -> AccountScheme:
        """How the number is written."""
        return scheme_of(self.country)

    @property
    def is_complete(self) -> bool:
        """Whether there is enough to send."""
        has_bank = bool(self.bank_code) or self.scheme is AccountScheme.IBAN
        return has_bank and len(self.number.strip()) >= 4 and bool(self.holder.strip())

    def write(self, *, bank_code: str | None = None, number: str | None = None, holder: str | None = None) -> None:
        """Takes what was typed."""
        self.action.clear()
        self.bank_code = self.bank_code if bank_code is None else bank_code
        self.number = self.number if number is None else number
        self.holder = self.holder if holder is None else holder

    async def save(self) -> BankAccountOut | None:
        """Registers the account; the platform asks the bank whose it is."""
        body = BankAccountIn(
            scheme=self.scheme,
            number=self.number.strip(),
            currency=self.currency,
            holder_name=self.holder.strip(),
            country=self.country if self.scheme is AccountScheme.LOCAL else None,
            business_id=self.business_id,
            bank_code=None if self.scheme is AccountScheme.IBAN else self.bank_code.strip(),
        )
        key = self.action.key(body)
        onboarding = self._store.client.onboarding
        saved = await self.action.run(lambda: onboarding.register_bank_account(body, idempotency_key=key))
        if saved is not None:
            self.number = ""
            await reads.accounts(self._store).refresh()
        return saved
