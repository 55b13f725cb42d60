from backend.migrations import sql

revision = "ledger_0001"
down_revision = None
branch_labels = ("ledger",)
depends_on = "kernel_0001"


def upgrade() -> None:
    sql.run(revision)
