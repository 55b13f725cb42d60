CREATE TABLE product (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	code TEXT NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	kind TEXT NOT NULL,
	terms JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_product PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_product_tenant_id_code_version UNIQUE (tenant_id, code, version),
	CONSTRAINT ck_product_state CHECK (state IN ('active', 'retired')),
	CONSTRAINT ck_product_kind CHECK (kind IN ('line_of_credit', 'invoice_financing', 'bnpl', 'working_capital')),
	CONSTRAINT ck_product_version CHECK (version > 0)
);
CREATE UNIQUE INDEX uq_product_active ON product (tenant_id, code) WHERE state = 'active';
GRANT SELECT, INSERT, UPDATE ON product TO caas_app;
ALTER TABLE product ENABLE ROW LEVEL SECURITY;
ALTER TABLE product FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON product USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

-- What was applied for under a version stays what it was: only the state of a version ever changes.
CREATE FUNCTION keep_product_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.tenant_id, NEW.id, NEW.code, NEW.version, NEW.kind, NEW.terms, NEW.created_at)
        IS DISTINCT FROM (OLD.tenant_id, OLD.id, OLD.code, OLD.version, OLD.kind, OLD.terms, OLD.created_at)
        OR (OLD.state = 'retired' AND NEW.state <> 'retired')
    THEN
        RAISE EXCEPTION 'a version of a product never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_product_terms BEFORE UPDATE ON product FOR EACH ROW EXECUTE FUNCTION keep_product_terms();

CREATE TABLE application (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	product_id UUID NOT NULL,
	product_kind TEXT NOT NULL,
	product_name TEXT NOT NULL,
	channel TEXT NOT NULL,
	status TEXT NOT NULL,
	revision INTEGER NOT NULL,
	currency TEXT NOT NULL,
	amount_minor BIGINT,
	instalments INTEGER,
	purpose TEXT,
	payout_account_id UUID,
	loan_id UUID,
	sealed_details BYTEA,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	submitted_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_application PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_application_tenant_id_product_id FOREIGN KEY(tenant_id, product_id) REFERENCES product (tenant_id, id),
	CONSTRAINT ck_application_status CHECK (status IN ('draft', 'submitted', 'referred', 'more_info', 'approved', 'declined', 'no_offers', 'offered', 'accepted', 'agreement_ready', 'signed', 'disbursement_failed', 'disbursed', 'closed', 'withdrawn', 'expired', 'cancelled')),
	CONSTRAINT ck_application_product_kind CHECK (product_kind IN ('line_of_credit', 'invoice_financing', 'bnpl', 'working_capital')),
	CONSTRAINT ck_application_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_application_instalments CHECK (instalments > 0),
	CONSTRAINT ck_application_revision CHECK (revision >= 0 AND (revision > 0) = (submitted_at IS NOT NULL))
);
CREATE INDEX ix_application_business ON application (tenant_id, business_id, id);
CREATE INDEX ix_application_status ON application (tenant_id, status, updated_at);
CREATE INDEX ix_application_user ON application (tenant_id, user_id, id);
CREATE UNIQUE INDEX uq_application_loan ON application (tenant_id, loan_id);
GRANT SELECT, INSERT, UPDATE ON application TO caas_app;
ALTER TABLE application ENABLE ROW LEVEL SECURITY;
ALTER TABLE application FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON application USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE application_attachment (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	blob_id UUID NOT NULL,
	kind TEXT NOT NULL,
	sealed_filename BYTEA NOT NULL,
	media_type TEXT NOT NULL,
	size INTEGER NOT NULL,
	sha256 BYTEA NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	removed_at TIMESTAMP WITH TIME ZONE,
	starts_on DATE,
	ends_on DATE,
	transactions INTEGER,
	date_order TEXT,
	decimal_mark TEXT,
	CONSTRAINT pk_application_attachment PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_application_attachment_tenant_id_application_id FOREIGN KEY(tenant_id, application_id) REFERENCES application (tenant_id, id)
);
CREATE INDEX ix_application_attachment_application ON application_attachment (tenant_id, application_id);
CREATE INDEX ix_application_attachment_sha256 ON application_attachment (tenant_id, sha256);
GRANT SELECT, INSERT, UPDATE ON application_attachment TO caas_app;
ALTER TABLE application_attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_attachment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON application_attachment USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE application_step (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	status TEXT NOT NULL,
	actor TEXT NOT NULL,
	reasons JSONB NOT NULL,
	CONSTRAINT pk_application_step PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_application_step_tenant_id_application_id FOREIGN KEY(tenant_id, application_id) REFERENCES application (tenant_id, id),
	CONSTRAINT ck_application_step_status CHECK (status IN ('draft', 'submitted', 'referred', 'more_info', 'approved', 'declined', 'no_offers', 'offered', 'accepted', 'agreement_ready', 'signed', 'disbursement_failed', 'disbursed', 'closed', 'withdrawn', 'expired', 'cancelled'))
);
CREATE INDEX ix_application_step_application ON application_step (tenant_id, application_id, id);
GRANT SELECT, INSERT ON application_step TO caas_app;
ALTER TABLE application_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE application_step FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON application_step USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON application_step
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
