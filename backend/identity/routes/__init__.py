"""Identity over HTTP."""

from backend.identity.routes.auth import AuthController
from backend.identity.routes.bot import BotIdentityController
from backend.identity.routes.businesses import BusinessController
from backend.identity.routes.channels import MyChannelsController
from backend.identity.routes.keys import public_keys
from backend.identity.routes.me import MeController
from backend.identity.routes.passkeys import MyPasskeysController, PasskeyController
from backend.identity.routes.services import ServiceAccountController
from backend.identity.routes.tenant import TenantController

ROUTES = (
    AuthController,
    BotIdentityController,
    BusinessController,
    MeController,
    MyChannelsController,
    MyPasskeysController,
    PasskeyController,
    ServiceAccountController,
    TenantController,
    public_keys,
)

__all__ = ["ROUTES"]
