-- A loan that was written off is for recovery: its case ends, and it stands in a stage of its own.
ALTER TABLE hardship_case
    DROP CONSTRAINT ck_hardship_case_close_reason,
    ADD CONSTRAINT ck_hardship_case_close_reason CHECK (close_reason IN ('withdrawn', 'declined', 'lapsed', 'loan_closed', 'loan_written_off'));
ALTER TABLE delinquency
    DROP CONSTRAINT ck_delinquency_stage,
    ADD CONSTRAINT ck_delinquency_stage CHECK (stage IN ('current', 'days_1_30', 'days_31_60', 'days_61_90', 'over_90', 'recovery'));
