from backend.migrations import sql

revision = "arrears_0002"
down_revision = "arrears_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(revision)
