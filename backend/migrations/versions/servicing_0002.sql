-- Quiet days: what close of business carries loans over without computing them anew.
-- A loan saved before has no outlook yet: its next close computes it, as for any day that is not quiet.
ALTER TABLE loan
    ADD COLUMN quiet_after DATE,
    ADD COLUMN quiet_interest BIGINT[],
    ADD COLUMN next_due_number SMALLINT;

-- A day's close changes no indexed column, so that it can stay on the row's own page.
DROP INDEX ix_loan_to_close;
CREATE INDEX ix_loan_open ON loan (tenant_id, id) WHERE status IN ('active', 'overdue');
ALTER TABLE loan SET (fillfactor = 60);
