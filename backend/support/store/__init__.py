"""Support in SQL. A conversation's row is locked before anything of it is written."""
