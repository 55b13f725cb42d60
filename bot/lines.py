"""The lines that this process speaks for: each with its engine, its sender, and its place in the database."""

from dataclasses import dataclass

from bot.channels.whatsapp import Sender
from bot.conversation.engine import Engine
from bot.conversation.turns import Understanding
from bot.settings import Line


@dataclass(frozen=True, slots=True)
class LineAtWork:
    """One WhatsApp number of one tenant, ready to hear and to speak."""

    line: Line
    engine: Engine
    sender: Sender
    understand: Understanding


class Lines:
    """Finds a line by its number at Meta, and a tenant's lines by its name."""

    def __init__(self, lines: list[LineAtWork]) -> None:
        self._by_number = {each.line.phone_number_id: each for each in lines}
        self.tenants = tuple(dict.fromkeys(each.line.tenant for each in lines))

    def get(self, phone_number_id: str) -> LineAtWork | None:
        """The line with this number, if it is ours."""
        return self._by_number.get(phone_number_id)

    def of_tenant(self, tenant: str) -> list[LineAtWork]:
        """The lines of one tenant."""
        return [each for each in self._by_number.values() if each.line.tenant == tenant]

    async def close(self) -> None:
        """Closes every sender."""
        for each in self._by_number.values():
            await each.sender.close()
