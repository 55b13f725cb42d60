"""The schema's history: one line of SQL files per context, run by Alembic."""
