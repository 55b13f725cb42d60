"""Products and applications over HTTP."""

from typing import Final

from litestar.types import ControllerRouterHandler

from backend.applications.routes.applications import ApplicationController
from backend.applications.routes.attachments import AttachmentController
from backend.applications.routes.products import ProductController

ROUTES: Final[tuple[ControllerRouterHandler, ...]] = (ProductController, ApplicationController, AttachmentController)
