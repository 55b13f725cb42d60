-- Servicing: loans, their frozen schedules and their events; credit lines; payoff quotes; close of business.

CREATE TABLE business_day_close (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	through DATE NOT NULL,
	requested_by TEXT NOT NULL,
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
	finished_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_business_day_close PRIMARY KEY (tenant_id, through)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON business_day_close TO caas_app;
ALTER TABLE business_day_close ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_day_close FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON business_day_close USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE credit_line (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	product_kind TEXT NOT NULL,
	lender TEXT NOT NULL,
	currency TEXT NOT NULL,
	limit_minor BIGINT NOT NULL,
	terms JSONB NOT NULL,
	payout_account_id UUID NOT NULL,
	status TEXT NOT NULL,
	opened_on DATE,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_credit_line PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_credit_line_limit_minor CHECK (limit_minor > 0),
	CONSTRAINT ck_credit_line_status CHECK (status IN ('pending', 'open', 'cancelled'))
);
CREATE INDEX ix_credit_line_user_id ON credit_line (tenant_id, user_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON credit_line TO caas_app;
ALTER TABLE credit_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_line FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON credit_line USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE loan (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	agreement_id UUID NOT NULL,
	credit_line_id UUID,
	user_id UUID NOT NULL,
	business_id UUID,
	product_kind TEXT NOT NULL,
	lender TEXT NOT NULL,
	currency TEXT NOT NULL,
	principal_minor BIGINT NOT NULL,
	terms JSONB NOT NULL,
	payout_account_id UUID NOT NULL,
	status TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	disbursed_on DATE,
	upfront_fee_minor BIGINT DEFAULT 0 NOT NULL,
	as_of DATE,
	closed_through DATE,
	principal_outstanding_minor BIGINT DEFAULT 0 NOT NULL,
	outstanding_minor BIGINT DEFAULT 0 NOT NULL,
	past_due_minor BIGINT DEFAULT 0 NOT NULL,
	credit_minor BIGINT DEFAULT 0 NOT NULL,
	days_past_due INTEGER DEFAULT 0 NOT NULL,
	next_due_on DATE,
	next_due_minor BIGINT DEFAULT 0 NOT NULL,
	closed_on DATE,
	posted JSONB DEFAULT '{}' NOT NULL,
	CONSTRAINT pk_loan PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_loan_tenant_id_credit_line_id FOREIGN KEY(tenant_id, credit_line_id) REFERENCES credit_line (tenant_id, id),
	CONSTRAINT ck_loan_principal_minor CHECK (principal_minor > 0),
	CONSTRAINT ck_loan_status CHECK (status IN ('pending_disbursement', 'active', 'overdue', 'closed', 'overpaid', 'cancelled')),
	CONSTRAINT ck_loan_paid_out CHECK (status IN ('pending_disbursement', 'cancelled') OR (disbursed_on IS NOT NULL AND as_of IS NOT NULL AND closed_through IS NOT NULL)),
	CONSTRAINT ck_loan_principal_outstanding_minor CHECK (principal_outstanding_minor BETWEEN 0 AND principal_minor),
	CONSTRAINT ck_loan_outstanding CHECK (outstanding_minor >= 0 AND past_due_minor BETWEEN 0 AND outstanding_minor),
	CONSTRAINT ck_loan_closed_on CHECK ((status IN ('closed', 'overpaid')) = (closed_on IS NOT NULL)),
	CONSTRAINT ck_loan_closed_owes_nothing CHECK (status <> 'closed' OR (outstanding_minor = 0 AND credit_minor = 0))
);
CREATE INDEX ix_loan_business_id ON loan (tenant_id, business_id, id) WHERE business_id IS NOT NULL;
CREATE INDEX ix_loan_line ON loan (tenant_id, credit_line_id) WHERE credit_line_id IS NOT NULL;
CREATE INDEX ix_loan_to_close ON loan (tenant_id, closed_through, id) WHERE status IN ('active', 'overdue');
CREATE INDEX ix_loan_user_id ON loan (tenant_id, user_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON loan TO caas_app;
ALTER TABLE loan ENABLE ROW LEVEL SECURITY;
ALTER TABLE loan FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON loan USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE instalment (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	loan_id UUID NOT NULL,
	number SMALLINT NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	due_on DATE NOT NULL,
	principal_minor BIGINT NOT NULL,
	interest_minor BIGINT NOT NULL,
	fee_minor BIGINT NOT NULL,
	maturity_fee_minor BIGINT NOT NULL,
	balance_minor BIGINT NOT NULL,
	CONSTRAINT pk_instalment PRIMARY KEY (tenant_id, loan_id, number),
	CONSTRAINT fk_instalment_tenant_id_loan_id FOREIGN KEY(tenant_id, loan_id) REFERENCES loan (tenant_id, id),
	CONSTRAINT ck_instalment_amounts CHECK (principal_minor >= 0 AND interest_minor >= 0 AND balance_minor >= 0 AND maturity_fee_minor BETWEEN 0 AND fee_minor),
	CONSTRAINT ck_instalment_dates CHECK (starts_on <= ends_on AND ends_on <= due_on)
);
GRANT SELECT, INSERT ON instalment TO caas_app;
ALTER TABLE instalment ENABLE ROW LEVEL SECURITY;
ALTER TABLE instalment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON instalment USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON instalment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE loan_event (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	kind TEXT NOT NULL,
	effective_on DATE NOT NULL,
	amount_minor BIGINT NOT NULL,
	target UUID,
	reference TEXT NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_loan_event PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_loan_event_tenant_id_loan_id FOREIGN KEY(tenant_id, loan_id) REFERENCES loan (tenant_id, id),
	CONSTRAINT fk_loan_event_tenant_id_target FOREIGN KEY(tenant_id, target) REFERENCES loan_event (tenant_id, id),
	CONSTRAINT ck_loan_event_kind CHECK (kind IN ('disbursed', 'fee_charged', 'penalty_charged', 'payment', 'credit_refunded', 'reversal', 'cancelled')),
	CONSTRAINT ck_loan_event_amount CHECK (amount_minor > 0 OR (amount_minor = 0 AND kind IN ('reversal', 'cancelled'))),
	CONSTRAINT ck_loan_event_target CHECK ((kind = 'reversal') = (target IS NOT NULL))
);
CREATE INDEX ix_loan_event_loan_id ON loan_event (tenant_id, loan_id, effective_on);
CREATE UNIQUE INDEX uq_loan_event_target ON loan_event (tenant_id, target) WHERE target IS NOT NULL;
GRANT SELECT, INSERT ON loan_event TO caas_app;
ALTER TABLE loan_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE loan_event FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON loan_event USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON loan_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE loan_set_aside (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	loan_id UUID NOT NULL,
	since DATE NOT NULL,
	day DATE NOT NULL,
	reason TEXT NOT NULL,
	noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_loan_set_aside PRIMARY KEY (tenant_id, loan_id),
	CONSTRAINT fk_loan_set_aside_tenant_id_loan_id FOREIGN KEY(tenant_id, loan_id) REFERENCES loan (tenant_id, id),
	CONSTRAINT ck_loan_set_aside_days CHECK (since <= day)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON loan_set_aside TO caas_app;
ALTER TABLE loan_set_aside ENABLE ROW LEVEL SECURITY;
ALTER TABLE loan_set_aside FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON loan_set_aside USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE payoff_quote (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	good_on DATE NOT NULL,
	principal_minor BIGINT NOT NULL,
	interest_minor BIGINT NOT NULL,
	fee_minor BIGINT NOT NULL,
	penalty_minor BIGINT NOT NULL,
	credit_minor BIGINT NOT NULL,
	total_minor BIGINT NOT NULL,
	quoted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_payoff_quote PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_payoff_quote_tenant_id_loan_id FOREIGN KEY(tenant_id, loan_id) REFERENCES loan (tenant_id, id),
	CONSTRAINT ck_payoff_quote_total_minor CHECK (total_minor >= 0),
	CONSTRAINT ck_payoff_quote_expires_at CHECK (expires_at > quoted_at)
);
CREATE INDEX ix_payoff_quote_loan_id ON payoff_quote (tenant_id, loan_id, id);
GRANT SELECT, INSERT ON payoff_quote TO caas_app;
ALTER TABLE payoff_quote ENABLE ROW LEVEL SECURITY;
ALTER TABLE payoff_quote FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON payoff_quote USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payoff_quote
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A schedule is written in one statement, and repays exactly what was lent.
CREATE FUNCTION schedule_repays_principal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT tenant_id, loan_id, sum(principal_minor) AS repaid FROM fresh GROUP BY 1, 2) s
          JOIN loan l ON l.tenant_id = s.tenant_id AND l.id = s.loan_id
         WHERE s.repaid <> l.principal_minor)
    THEN
        RAISE EXCEPTION 'a schedule must repay exactly what was lent' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER repays_principal AFTER INSERT ON instalment
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION schedule_repays_principal();

-- What a contract fixed stays fixed.
CREATE FUNCTION keep_loan_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the contract of loan % can not be changed', OLD.id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_contract BEFORE UPDATE ON loan FOR EACH ROW
    WHEN (OLD.user_id <> NEW.user_id OR OLD.currency <> NEW.currency OR OLD.principal_minor <> NEW.principal_minor
          OR OLD.terms <> NEW.terms OR (OLD.disbursed_on IS NOT NULL AND OLD.disbursed_on IS DISTINCT FROM NEW.disbursed_on))
    EXECUTE FUNCTION keep_loan_contract();
