-- A loan that was lost to fraud is written off on an account of its own.
ALTER TABLE loan_event
    DROP CONSTRAINT ck_loan_event_kind,
    ADD CONSTRAINT ck_loan_event_kind CHECK (kind IN ('disbursed', 'fee_charged', 'penalty_charged', 'interest_waived', 'fee_waived', 'penalty_waived', 'goodwill_credited', 'payment', 'written_off', 'lost_to_fraud', 'credit_refunded', 'reversal', 'cancelled'));
