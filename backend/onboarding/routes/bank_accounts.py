"""Bank accounts that the caller is paid to."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.kernel.db import Tx
from backend.kernel.edge import Edge
from backend.kernel.vault import Vault
from backend.onboarding.usecases import read_cases
from backend.onboarding.usecases.register_account import register_account, remove_account
from backend.onboarding.views import account_out
from shared.api.bank_accounts import BankAccountIn, BankAccountOut


class BankAccountController(Controller):
    """Bank accounts of the caller."""

    path = "/v1/bank-accounts"
    tags = ("Bank accounts",)

    @post("/", operation_id="registerBankAccount", summary="Register a bank account")
    async def register(
        self, data: JSONBody[BankAccountIn], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> BankAccountOut:
        """Registers an account; the bank is asked whose it is, and `ownership` tells its answer a moment later."""

        async def use(tx: Tx) -> BankAccountOut:
            return await account_out(tx, vault, await register_account(tx, vault, data))

        return await edge.write(use, BankAccountOut)

    @get("/", operation_id="listBankAccounts", summary="My bank accounts")
    async def mine(self, edge: NamedDependency[Edge], vault: NamedDependency[Vault]) -> list[BankAccountOut]:
        """Every account on the caller's list."""
        return await edge.read(lambda tx: read_cases.my_accounts(tx, vault))

    @get("/{account_id:uuid}", operation_id="getBankAccount", summary="One bank account")
    async def one(
        self, account_id: FromPath[UUID], edge: NamedDependency[Edge], vault: NamedDependency[Vault]
    ) -> BankAccountOut:
        """One account; its number is masked."""
        return await edge.read(lambda tx: read_cases.one_account(tx, vault, account_id))

    @delete("/{account_id:uuid}", operation_id="removeBankAccount", summary="Remove a bank account")
    async def remove(self, account_id: FromPath[UUID], edge: NamedDependency[Edge]) -> None:
        """Takes the account off the list; what was paid to it stays on record."""
        await edge.write_unkeyed(lambda tx: remove_account(tx, account_id))
