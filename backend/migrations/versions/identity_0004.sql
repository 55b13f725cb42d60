-- Identity: passkeys, and the ceremonies by which they are added and used.

CREATE TABLE passkey (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	credential_index BYTEA NOT NULL,
	credential BYTEA NOT NULL,
	name BYTEA NOT NULL,
	sign_count BIGINT NOT NULL,
	synced BOOLEAN NOT NULL,
	added_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_passkey PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_passkey_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id),
	CONSTRAINT ck_passkey_sign_count CHECK (sign_count >= 0)
);
CREATE INDEX ix_passkey_person_id ON passkey (tenant_id, person_id);
CREATE UNIQUE INDEX uq_passkey_credential_index ON passkey (tenant_id, credential_index);
GRANT SELECT, INSERT, UPDATE, DELETE ON passkey TO caas_app;
ALTER TABLE passkey ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkey FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON passkey USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));


CREATE TABLE passkey_ceremony (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	purpose TEXT NOT NULL,
	back TEXT NOT NULL,
	person_id UUID,
	session_id UUID,
	action TEXT DEFAULT '' NOT NULL,
	subject TEXT DEFAULT '' NOT NULL,
	challenge BYTEA NOT NULL,
	user_handle BYTEA,
	verifier_hash BYTEA NOT NULL,
	ticket_hash BYTEA NOT NULL,
	code_hash BYTEA,
	passkey_id UUID,
	made BYTEA,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	answered_at TIMESTAMP WITH TIME ZONE,
	redeemed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_passkey_ceremony PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_passkey_ceremony_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id),
	CONSTRAINT ck_passkey_ceremony_purpose CHECK (purpose IN ('add', 'sign_in', 'step_up')),
	CONSTRAINT ck_passkey_ceremony_back CHECK (back IN ('phone', 'web')),
	CONSTRAINT ck_passkey_ceremony_verifier_hash CHECK (octet_length(verifier_hash) = 32),
	CONSTRAINT ck_passkey_ceremony_ticket_hash CHECK (octet_length(ticket_hash) = 32),
	CONSTRAINT ck_passkey_ceremony_answered CHECK (code_hash IS NULL OR answered_at IS NOT NULL),
	CONSTRAINT ck_passkey_ceremony_redeemed CHECK (redeemed_at IS NULL OR code_hash IS NOT NULL),
	CONSTRAINT ck_passkey_ceremony_session_id CHECK ((purpose = 'sign_in') = (session_id IS NULL))
);
CREATE INDEX ix_passkey_ceremony_created_at ON passkey_ceremony (created_at);
CREATE INDEX ix_passkey_ceremony_person_id ON passkey_ceremony (tenant_id, person_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON passkey_ceremony TO caas_app;
ALTER TABLE passkey_ceremony ENABLE ROW LEVEL SECURITY;
ALTER TABLE passkey_ceremony FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON passkey_ceremony USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
