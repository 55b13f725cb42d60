-- Support: disputes with their timeline and evidence.

CREATE TABLE dispute (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	kind TEXT NOT NULL,
	transaction_id UUID,
	instalment SMALLINT,
	reason TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	answer_by DATE NOT NULL,
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	outcome TEXT,
	reasons BYTEA,
	found_minor BIGINT,
	resolved_at TIMESTAMP WITH TIME ZONE,
	resolved_on DATE,
	resolved_by TEXT,
	is_second_look BOOLEAN NOT NULL,
	CONSTRAINT pk_dispute PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_dispute_kind CHECK (kind IN ('transaction', 'charge', 'instalment')),
	CONSTRAINT ck_dispute_reason CHECK (reason IN ('paid_already', 'wrong_amount', 'charged_twice', 'not_mine', 'not_agreed', 'other')),
	CONSTRAINT ck_dispute_status CHECK (status IN ('open', 'needs_info', 'escalated', 'resolved', 'withdrawn')),
	CONSTRAINT ck_dispute_outcome CHECK (outcome IN ('upheld', 'partly_upheld', 'rejected')),
	CONSTRAINT ck_dispute_sum CHECK (amount_minor > 0 AND (found_minor IS NULL OR found_minor BETWEEN 0 AND amount_minor)),
	CONSTRAINT ck_dispute_instalment CHECK ((kind = 'instalment') = (instalment IS NOT NULL)),
	CONSTRAINT ck_dispute_transaction CHECK ((kind = 'instalment') = (transaction_id IS NULL)),
	CONSTRAINT ck_dispute_outcome_given CHECK ((status = 'resolved') = (outcome IS NOT NULL))
);
CREATE INDEX ix_dispute_living ON dispute (tenant_id, answer_by, id) WHERE status IN ('open', 'needs_info', 'escalated');
CREATE INDEX ix_dispute_loan_id ON dispute (tenant_id, loan_id, id);
CREATE INDEX ix_dispute_user_id ON dispute (tenant_id, user_id, id);
CREATE UNIQUE INDEX uq_dispute_instalment ON dispute (tenant_id, loan_id, instalment) WHERE status IN ('open', 'needs_info', 'escalated') AND kind = 'instalment';
CREATE UNIQUE INDEX uq_dispute_transaction ON dispute (tenant_id, loan_id, transaction_id) WHERE status IN ('open', 'needs_info', 'escalated') AND kind <> 'instalment';
GRANT SELECT, INSERT, UPDATE, DELETE ON dispute TO caas_app;
ALTER TABLE dispute ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispute FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON dispute USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));


CREATE TABLE dispute_entry (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	dispute_id UUID NOT NULL,
	step TEXT NOT NULL,
	actor TEXT NOT NULL,
	by_staff BOOLEAN NOT NULL,
	note BYTEA,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_dispute_entry PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_dispute_entry_tenant_id_dispute_id FOREIGN KEY(tenant_id, dispute_id) REFERENCES dispute (tenant_id, id),
	CONSTRAINT ck_dispute_entry_step CHECK (step IN ('opened', 'evidence_added', 'info_requested', 'info_given', 'resolved', 'escalated', 'withdrawn'))
);
CREATE INDEX ix_dispute_entry_dispute_id ON dispute_entry (tenant_id, dispute_id, id);
GRANT SELECT, INSERT ON dispute_entry TO caas_app;
ALTER TABLE dispute_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispute_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON dispute_entry USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON dispute_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();


CREATE TABLE dispute_file (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	dispute_id UUID NOT NULL,
	blob_id UUID NOT NULL,
	filename BYTEA NOT NULL,
	media_type TEXT NOT NULL,
	size INTEGER NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_dispute_file PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_dispute_file_tenant_id_dispute_id FOREIGN KEY(tenant_id, dispute_id) REFERENCES dispute (tenant_id, id)
);
CREATE INDEX ix_dispute_file_dispute_id ON dispute_file (tenant_id, dispute_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON dispute_file TO caas_app;
ALTER TABLE dispute_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispute_file FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON dispute_file USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
