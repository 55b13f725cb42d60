from backend.migrations import sql

revision = "compliance_0001"
down_revision = "kernel_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sql.run(revision)
