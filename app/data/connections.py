"""The connections to the API that all sessions of one process share: one pool for each language."""

from app.config import AppConfig
from shared.client import AsyncClient, AsyncTokenStore
from shared.i18n import Language


class Connections:
    """Gives each user a client of their own. The API answers in the language of the pool."""

    def __init__(self, config: AppConfig) -> None:
        self.config = config
        self.streams = 0  # of live news, open at present
        self._roots: dict[Language, AsyncClient] = {}

    def client(self, language: Language, tokens: AsyncTokenStore, caller: str | None = None) -> AsyncClient:
        """A client that speaks `language` for whoever holds `tokens`, and sits at the address `caller`."""
        root = self._roots.get(language)
        if root is None:
            root = self._roots[language] = AsyncClient(self.config.client(language.value))
        return root.as_user(tokens, caller=caller)

    async def aclose(self) -> None:
        """Closes every pool."""
        roots, self._roots = list(self._roots.values()), {}
        for root in roots:
            await root.aclose()
