"""How a revision runs the SQL file that lies beside it under the same name."""

from pathlib import Path

from alembic import op
from sqlalchemy import text
from sqlalchemy.util import await_only

_VERSIONS = Path(__file__).parent / "versions"


def run(revision: str) -> None:
    """Runs `versions/<revision>.sql` inside the revision's transaction."""
    connection = op.get_bind()
    connection.execute(text("SELECT 1"))  # so that SQLAlchemy has opened the transaction before we go past it
    driver = connection.connection.driver_connection
    assert driver is not None, "an open transaction has a driver's connection"
    await_only(driver.execute((_VERSIONS / f"{revision}.sql").read_text()))
