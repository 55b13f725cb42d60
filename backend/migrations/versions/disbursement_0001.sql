-- Disbursement: one order for each loan, and its timeline.

CREATE TABLE disbursement (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	application_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	payout_account_id UUID NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	payout_id UUID NOT NULL,
	attempts SMALLINT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	disbursed_on DATE,
	reason_code TEXT,
	CONSTRAINT pk_disbursement PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_disbursement_tenant_id_loan_id UNIQUE (tenant_id, loan_id),
	CONSTRAINT uq_disbursement_tenant_id_payout_id UNIQUE (tenant_id, payout_id),
	CONSTRAINT ck_disbursement_status CHECK (status IN ('ordered', 'paid_out', 'failed', 'cancelled')),
	CONSTRAINT ck_disbursement_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_disbursement_attempts CHECK (attempts BETWEEN 1 AND 5),
	CONSTRAINT ck_disbursement_disbursed_on CHECK ((status = 'paid_out') = (disbursed_on IS NOT NULL))
);
CREATE INDEX ix_disbursement_status ON disbursement (tenant_id, status, id);
CREATE INDEX ix_disbursement_user_id ON disbursement (tenant_id, user_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON disbursement TO caas_app;
ALTER TABLE disbursement ENABLE ROW LEVEL SECURITY;
ALTER TABLE disbursement FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON disbursement USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE disbursement_step (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	disbursement_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	status TEXT NOT NULL,
	payout_id UUID NOT NULL,
	actor TEXT NOT NULL,
	reason_code TEXT,
	CONSTRAINT pk_disbursement_step PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_disbursement_step_tenant_id_disbursement_id FOREIGN KEY(tenant_id, disbursement_id) REFERENCES disbursement (tenant_id, id),
	CONSTRAINT ck_disbursement_step_status CHECK (status IN ('ordered', 'paid_out', 'failed', 'cancelled'))
);
CREATE INDEX ix_disbursement_step_disbursement_id ON disbursement_step (tenant_id, disbursement_id, id);
GRANT SELECT, INSERT ON disbursement_step TO caas_app;
ALTER TABLE disbursement_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE disbursement_step FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON disbursement_step USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON disbursement_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
