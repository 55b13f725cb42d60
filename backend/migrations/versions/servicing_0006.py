from backend.migrations import sql

revision = "servicing_0006"
down_revision = "servicing_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(revision)
