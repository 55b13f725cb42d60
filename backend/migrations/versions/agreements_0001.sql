-- Agreements, their documents and the evidence of their signatures.

CREATE TABLE agreement (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	offer_id UUID NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	product_id UUID NOT NULL,
	product_kind TEXT NOT NULL,
	lender TEXT NOT NULL,
	lender_name TEXT NOT NULL,
	terms JSONB NOT NULL,
	credit_limit_minor BIGINT,
	payout_account_id UUID NOT NULL,
	status TEXT NOT NULL,
	drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	language TEXT,
	cooling_off_days SMALLINT NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE,
	signed_at TIMESTAMP WITH TIME ZONE,
	cooling_off_until DATE,
	disbursed_on DATE,
	cancelled_on DATE,
	cancel_reason TEXT,
	return_by DATE,
	CONSTRAINT pk_agreement PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_agreement_tenant_id_offer_id UNIQUE (tenant_id, offer_id),
	CONSTRAINT uq_agreement_tenant_id_loan_id UNIQUE (tenant_id, loan_id),
	CONSTRAINT ck_agreement_status CHECK (status IN ('drafting', 'ready', 'signed', 'cancelling', 'cancelled', 'expired')),
	CONSTRAINT ck_agreement_credit_limit CHECK (credit_limit_minor > 0),
	CONSTRAINT ck_agreement_cooling_off_days CHECK (cooling_off_days >= 0),
	CONSTRAINT ck_agreement_expires_at CHECK (status = 'drafting' OR status = 'cancelled' OR expires_at IS NOT NULL),
	CONSTRAINT ck_agreement_cooling_off CHECK ((signed_at IS NULL) = (cooling_off_until IS NULL)),
	CONSTRAINT ck_agreement_signed CHECK (status NOT IN ('signed', 'cancelling') OR signed_at IS NOT NULL),
	CONSTRAINT ck_agreement_cancelling CHECK (status <> 'cancelling' OR (disbursed_on IS NOT NULL AND return_by IS NOT NULL)),
	CONSTRAINT ck_agreement_cancelled CHECK ((status IN ('cancelling', 'cancelled')) = (cancelled_on IS NOT NULL))
);
CREATE INDEX ix_agreement_application_id ON agreement (tenant_id, application_id);
CREATE INDEX ix_agreement_user_id ON agreement (tenant_id, user_id, id);
CREATE INDEX ix_agreement_waiting ON agreement (tenant_id, status) WHERE status IN ('drafting', 'ready', 'cancelling');
GRANT SELECT, INSERT, UPDATE, DELETE ON agreement TO caas_app;
ALTER TABLE agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE agreement FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON agreement USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE agreement_document (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	agreement_id UUID NOT NULL,
	kind TEXT NOT NULL,
	blob_id UUID NOT NULL,
	sha256 BYTEA NOT NULL,
	size INTEGER NOT NULL,
	media_type TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_agreement_document PRIMARY KEY (tenant_id, agreement_id, kind),
	CONSTRAINT fk_agreement_document_tenant_id_agreement_id FOREIGN KEY(tenant_id, agreement_id) REFERENCES agreement (tenant_id, id),
	CONSTRAINT ck_agreement_document_kind CHECK (kind IN ('key_facts', 'contract')),
	CONSTRAINT ck_agreement_document_content CHECK (octet_length(sha256) = 32 AND size > 0)
);
GRANT SELECT, INSERT ON agreement_document TO caas_app;
ALTER TABLE agreement_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE agreement_document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON agreement_document USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON agreement_document
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE agreement_signature (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	agreement_id UUID NOT NULL,
	user_id UUID NOT NULL,
	signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	signing_hash TEXT NOT NULL,
	consent_version TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	evidence_sha256 BYTEA NOT NULL,
	CONSTRAINT pk_agreement_signature PRIMARY KEY (tenant_id, agreement_id),
	CONSTRAINT fk_agreement_signature_tenant_id_agreement_id FOREIGN KEY(tenant_id, agreement_id) REFERENCES agreement (tenant_id, id),
	CONSTRAINT ck_agreement_signature_hashes CHECK (octet_length(evidence_sha256) = 32 AND length(signing_hash) = 64)
);
GRANT SELECT, INSERT ON agreement_signature TO caas_app;
ALTER TABLE agreement_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE agreement_signature FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON agreement_signature USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON agreement_signature
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

