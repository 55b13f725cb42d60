from backend.migrations import sql

revision = "servicing_0003"
down_revision = "servicing_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(revision)
