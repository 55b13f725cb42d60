from backend.migrations import sql

revision = "servicing_0005"
down_revision = "servicing_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(revision)
