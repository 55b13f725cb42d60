from backend.migrations import sql

revision = "servicing_0004"
down_revision = "servicing_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(revision)
