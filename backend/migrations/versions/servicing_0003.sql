-- Waivers, goodwill credits and write-offs: events of their own, and a state for a loan that was given up as lost.
ALTER TABLE loan_event
    DROP CONSTRAINT ck_loan_event_kind,
    ADD CONSTRAINT ck_loan_event_kind CHECK (kind IN ('disbursed', 'fee_charged', 'penalty_charged', 'interest_waived', 'fee_waived', 'penalty_waived', 'goodwill_credited', 'payment', 'written_off', 'credit_refunded', 'reversal', 'cancelled'));
ALTER TABLE loan
    DROP CONSTRAINT ck_loan_status,
    ADD CONSTRAINT ck_loan_status CHECK (status IN ('pending_disbursement', 'active', 'overdue', 'closed', 'overpaid', 'written_off', 'cancelled'));
