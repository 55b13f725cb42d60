"""Applications: the tenant's products by version, and who applies for them."""

from backend.applications.access import visible as own_application
from backend.applications.domain.application import Application
from backend.applications.domain.draft import years_between
from backend.applications.domain.product import terms
from backend.applications.errors import ApplicationLocked, ApplicationNotFound, ProductNotFound
from backend.applications.module import module
from backend.applications.ports import StatementCheck, StatementSummary
from backend.applications.records import StatementFile
from backend.applications.usecases.attach_file import is_statement_seen_elsewhere, statements
from backend.applications.usecases.follow import application, hold_open
from backend.applications.usecases.save_product import create_product, loss_policy, product
from backend.applications.usecases.show import own_ids, told

__all__ = (
    "Application",
    "ApplicationLocked",
    "ApplicationNotFound",
    "ProductNotFound",
    "StatementCheck",
    "StatementFile",
    "StatementSummary",
    "application",
    "create_product",
    "hold_open",
    "is_statement_seen_elsewhere",
    "loss_policy",
    "module",
    "own_application",
    "own_ids",
    "product",
    "statements",
    "terms",
    "told",
    "years_between",
)
