CREATE TABLE bank_account (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	scheme TEXT NOT NULL,
	country TEXT NOT NULL,
	bank_code TEXT NOT NULL,
	currency TEXT NOT NULL,
	number_sealed BYTEA NOT NULL,
	number_index BYTEA NOT NULL,
	holder_sealed BYTEA NOT NULL,
	ownership TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	checked_at TIMESTAMP WITH TIME ZONE,
	removed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_bank_account PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_bank_account_scheme CHECK (scheme IN ('nuban', 'iban', 'local')),
	CONSTRAINT ck_bank_account_ownership CHECK (ownership IN ('pending', 'confirmed', 'mismatch', 'not_found', 'unknown'))
);
CREATE UNIQUE INDEX uq_bank_account_number ON bank_account (tenant_id, user_id, number_index) WHERE removed_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON bank_account TO caas_app;
ALTER TABLE bank_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE bank_account FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON bank_account USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE kyc_case (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	state TEXT NOT NULL,
	tasks JSONB NOT NULL,
	attempt SMALLINT NOT NULL,
	reasons JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	submitted_at TIMESTAMP WITH TIME ZONE,
	decided_at TIMESTAMP WITH TIME ZONE,
	expires_on DATE,
	CONSTRAINT pk_kyc_case PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_kyc_case_state CHECK (state IN ('draft', 'collecting', 'submitted', 'in_review', 'referred', 'needs_action', 'passed', 'failed', 'expired', 'withdrawn')),
	CONSTRAINT ck_kyc_case_kind CHECK ((kind = 'person') = (business_id IS NULL) AND kind IN ('person', 'business')),
	CONSTRAINT ck_kyc_case_attempt CHECK (attempt >= 0)
);
CREATE INDEX ix_kyc_case_expires_on ON kyc_case (tenant_id, expires_on) WHERE state = 'passed';
CREATE INDEX ix_kyc_case_state ON kyc_case (tenant_id, state, id);
CREATE UNIQUE INDEX uq_kyc_case_business ON kyc_case (tenant_id, business_id) WHERE kind = 'business' AND state <> 'withdrawn';
CREATE UNIQUE INDEX uq_kyc_case_person ON kyc_case (tenant_id, user_id) WHERE kind = 'person' AND state <> 'withdrawn';
GRANT SELECT, INSERT, UPDATE, DELETE ON kyc_case TO caas_app;
ALTER TABLE kyc_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE kyc_case FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON kyc_case USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE kyc_document (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	blob_id UUID NOT NULL,
	user_id UUID NOT NULL,
	purpose TEXT NOT NULL,
	media_type TEXT NOT NULL,
	size INTEGER NOT NULL,
	sha256 BYTEA NOT NULL,
	width INTEGER,
	height INTEGER,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_kyc_document PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_kyc_document_size CHECK (size > 0)
);
CREATE INDEX ix_kyc_document_sha256 ON kyc_document (tenant_id, sha256);
CREATE INDEX ix_kyc_document_user_id ON kyc_document (tenant_id, user_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON kyc_document TO caas_app;
ALTER TABLE kyc_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE kyc_document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON kyc_document USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE kyc_check (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	case_id UUID NOT NULL,
	attempt SMALLINT NOT NULL,
	state TEXT NOT NULL,
	outcome TEXT,
	reasons JSONB NOT NULL,
	concerns JSONB NOT NULL,
	asked SMALLINT DEFAULT 0 NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	decided_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_kyc_check PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_kyc_check_tenant_id_case_id FOREIGN KEY(tenant_id, case_id) REFERENCES kyc_case (tenant_id, id),
	CONSTRAINT ck_kyc_check_state CHECK (state IN ('created', 'sent', 'in_progress', 'decided')),
	CONSTRAINT ck_kyc_check_outcome CHECK (outcome IN ('passed', 'failed', 'needs_action')),
	CONSTRAINT ck_kyc_check_decided CHECK ((state = 'decided') = (outcome IS NOT NULL AND decided_at IS NOT NULL))
);
CREATE UNIQUE INDEX uq_kyc_check_attempt ON kyc_check (tenant_id, case_id, attempt);
GRANT SELECT, INSERT, UPDATE, DELETE ON kyc_check TO caas_app;
ALTER TABLE kyc_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE kyc_check FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON kyc_check USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE kyc_detail (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	case_id UUID NOT NULL,
	task TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	given_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_kyc_detail PRIMARY KEY (tenant_id, case_id, task),
	CONSTRAINT fk_kyc_detail_tenant_id_case_id FOREIGN KEY(tenant_id, case_id) REFERENCES kyc_case (tenant_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON kyc_detail TO caas_app;
ALTER TABLE kyc_detail ENABLE ROW LEVEL SECURITY;
ALTER TABLE kyc_detail FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON kyc_detail USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE kyc_identifier (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	case_id UUID NOT NULL,
	task TEXT NOT NULL,
	kind TEXT NOT NULL,
	blind_index BYTEA NOT NULL,
	CONSTRAINT pk_kyc_identifier PRIMARY KEY (tenant_id, case_id, task, kind, blind_index),
	CONSTRAINT fk_kyc_identifier_tenant_id_case_id FOREIGN KEY(tenant_id, case_id) REFERENCES kyc_case (tenant_id, id)
);
CREATE INDEX ix_kyc_identifier_blind_index ON kyc_identifier (tenant_id, kind, blind_index);
GRANT SELECT, INSERT, UPDATE, DELETE ON kyc_identifier TO caas_app;
ALTER TABLE kyc_identifier ENABLE ROW LEVEL SECURITY;
ALTER TABLE kyc_identifier FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON kyc_identifier USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE kyc_step (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	case_id UUID NOT NULL,
	number SMALLINT NOT NULL,
	step TEXT NOT NULL,
	from_state TEXT NOT NULL,
	to_state TEXT NOT NULL,
	reasons JSONB NOT NULL,
	note_sealed BYTEA,
	actor TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_kyc_step PRIMARY KEY (tenant_id, case_id, number),
	CONSTRAINT fk_kyc_step_tenant_id_case_id FOREIGN KEY(tenant_id, case_id) REFERENCES kyc_case (tenant_id, id)
);
GRANT SELECT, INSERT ON kyc_step TO caas_app;
ALTER TABLE kyc_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE kyc_step FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON kyc_step USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kyc_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
