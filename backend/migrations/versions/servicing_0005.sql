-- What was written off of a loan and can still be recovered: its borrower sees it, and whoever recovers works by it.
ALTER TABLE loan ADD COLUMN recoverable_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE loan NO FORCE ROW LEVEL SECURITY;
UPDATE loan SET recoverable_minor = greatest(
    coalesce((posted ->> 'writeoff_expense')::bigint, 0) + coalesce((posted ->> 'recovery_income')::bigint, 0), 0)
 WHERE status = 'written_off';
ALTER TABLE loan FORCE ROW LEVEL SECURITY;
ALTER TABLE loan ADD CONSTRAINT ck_loan_recoverable_minor CHECK (recoverable_minor >= 0);
