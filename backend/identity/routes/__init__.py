"""Identity over HTTP."""

from backend.identity.routes.auth import AuthController
from backend.identity.routes.businesses import BusinessController
from backend.identity.routes.keys import public_keys
from backend.identity.routes.me import MeController
from backend.identity.routes.tenant import TenantController

ROUTES = (AuthController, BusinessController, MeController, TenantController, public_keys)

__all__ = ["ROUTES"]
