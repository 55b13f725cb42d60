CREATE TABLE business (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	name BYTEA NOT NULL, 
	country TEXT NOT NULL, 
	registration_number BYTEA, 
	registered_by UUID NOT NULL, 
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_business PRIMARY KEY (tenant_id, id), 
	CONSTRAINT ck_business_country CHECK (country ~ '^[A-Z]{2}$')
);
GRANT SELECT, INSERT, UPDATE, DELETE ON business TO caas_app;
ALTER TABLE business ENABLE ROW LEVEL SECURITY;
ALTER TABLE business FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON business USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE challenge (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	purpose TEXT NOT NULL, 
	contact BYTEA NOT NULL, 
	contact_index BYTEA NOT NULL, 
	address_index BYTEA, 
	person_id UUID, 
	action TEXT DEFAULT '' NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	secret_hash BYTEA NOT NULL, 
	methods TEXT[] DEFAULT '{}' NOT NULL, 
	tries SMALLINT DEFAULT 0 NOT NULL, 
	sent BOOLEAN NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	met BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_challenge PRIMARY KEY (tenant_id, id), 
	CONSTRAINT ck_challenge_met CHECK (NOT met OR closed_at IS NOT NULL), 
	CONSTRAINT ck_challenge_purpose CHECK (purpose IN ('link', 'second_factor', 'sign_in', 'sign_up', 'step_up', 'verify')), 
	CONSTRAINT ck_challenge_secret_hash CHECK (octet_length(secret_hash) = 32), 
	CONSTRAINT ck_challenge_tries CHECK (tries BETWEEN 0 AND 5), 
	CONSTRAINT ck_challenge_expires_at CHECK (expires_at > created_at)
);
CREATE INDEX ix_challenge_address_index_created_at ON challenge (tenant_id, address_index, created_at);
CREATE INDEX ix_challenge_contact_index_created_at ON challenge (tenant_id, contact_index, created_at);
CREATE INDEX ix_challenge_created_at ON challenge (created_at);
CREATE INDEX ix_challenge_person_id ON challenge (tenant_id, person_id, created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON challenge TO caas_app;
ALTER TABLE challenge ENABLE ROW LEVEL SECURITY;
ALTER TABLE challenge FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON challenge USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE consent_text (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	kind TEXT NOT NULL, 
	version TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	title TEXT NOT NULL, 
	body TEXT NOT NULL, 
	required BOOLEAN NOT NULL, 
	hash BYTEA NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_consent_text PRIMARY KEY (tenant_id, kind, version, locale), 
	CONSTRAINT ck_consent_text_kind CHECK (kind IN ('credit_check', 'marketing', 'privacy', 'terms'))
);
GRANT SELECT, INSERT ON consent_text TO caas_app;
ALTER TABLE consent_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent_text FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON consent_text USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON consent_text
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE person (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	name BYTEA, 
	phone BYTEA, 
	phone_index BYTEA, 
	email BYTEA, 
	email_index BYTEA, 
	locale TEXT NOT NULL, 
	roles TEXT[] NOT NULL, 
	staff BOOLEAN NOT NULL, 
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (tenant_id, id), 
	CONSTRAINT ck_person_phone CHECK ((phone IS NULL) = (phone_index IS NULL)), 
	CONSTRAINT ck_person_email CHECK ((email IS NULL) = (email_index IS NULL)), 
	CONSTRAINT ck_person_roles CHECK (roles <@ ARRAY['borrower', 'business_owner', 'compliance_officer', 'finance_approver', 'finance_viewer', 'operations', 'partner', 'support_agent', 'tenant_admin'])
);
CREATE INDEX ix_person_staff ON person (tenant_id, id) WHERE staff;
CREATE UNIQUE INDEX uq_person_email_index ON person (tenant_id, email_index) WHERE email_index IS NOT NULL;
CREATE UNIQUE INDEX uq_person_phone_index ON person (tenant_id, phone_index) WHERE phone_index IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON person TO caas_app;
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
ALTER TABLE person FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON person USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE tenant_profile (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	name TEXT NOT NULL, 
	brand JSONB NOT NULL, 
	settings JSONB NOT NULL, 
	country TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	time_zone TEXT NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_tenant_profile PRIMARY KEY (tenant_id), 
	CONSTRAINT ck_tenant_profile_country CHECK (country ~ '^[A-Z]{2}$'), 
	CONSTRAINT ck_tenant_profile_currency CHECK (currency ~ '^[A-Z]{3}$')
);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant_profile TO caas_app;
ALTER TABLE tenant_profile ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_profile FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON tenant_profile USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE authenticator (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	person_id UUID NOT NULL, 
	secret BYTEA NOT NULL, 
	confirmed_at TIMESTAMP WITH TIME ZONE, 
	last_step BIGINT, 
	recovery_hashes BYTEA[] NOT NULL, 
	failures SMALLINT DEFAULT 0 NOT NULL, 
	failed_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_authenticator PRIMARY KEY (tenant_id, person_id), 
	CONSTRAINT fk_authenticator_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON authenticator TO caas_app;
ALTER TABLE authenticator ENABLE ROW LEVEL SECURITY;
ALTER TABLE authenticator FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON authenticator USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE consent (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	version TEXT NOT NULL, 
	locale TEXT NOT NULL, 
	text_hash BYTEA NOT NULL, 
	address BYTEA, 
	given_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	withdrawn_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_consent PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_consent_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id), 
	CONSTRAINT fk_consent_tenant_id_kind_version_locale FOREIGN KEY(tenant_id, kind, version, locale) REFERENCES consent_text (tenant_id, kind, version, locale)
);
CREATE INDEX ix_consent_person_id ON consent (tenant_id, person_id, kind);
GRANT SELECT, INSERT, UPDATE, DELETE ON consent TO caas_app;
ALTER TABLE consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE consent FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON consent USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE invitation (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	business_id UUID NOT NULL, 
	role TEXT NOT NULL, 
	contact BYTEA NOT NULL, 
	contact_index BYTEA NOT NULL, 
	invited_by UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	accepted_at TIMESTAMP WITH TIME ZONE, 
	accepted_by UUID, 
	withdrawn_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_invitation PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_invitation_tenant_id_business_id FOREIGN KEY(tenant_id, business_id) REFERENCES business (tenant_id, id), 
	CONSTRAINT ck_invitation_role CHECK (role IN ('business_owner', 'finance_approver', 'finance_viewer')), 
	CONSTRAINT ck_invitation_accepted CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)), 
	CONSTRAINT ck_invitation_one_end CHECK (accepted_at IS NULL OR withdrawn_at IS NULL)
);
CREATE INDEX ix_invitation_business_id ON invitation (tenant_id, business_id);
CREATE INDEX ix_invitation_contact_index ON invitation (tenant_id, contact_index);
GRANT SELECT, INSERT, UPDATE, DELETE ON invitation TO caas_app;
ALTER TABLE invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON invitation USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE membership (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	business_id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	role TEXT NOT NULL, 
	joined_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_membership PRIMARY KEY (tenant_id, business_id, person_id, role), 
	CONSTRAINT fk_membership_tenant_id_business_id FOREIGN KEY(tenant_id, business_id) REFERENCES business (tenant_id, id), 
	CONSTRAINT fk_membership_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id), 
	CONSTRAINT ck_membership_role CHECK (role IN ('business_owner', 'finance_approver', 'finance_viewer'))
);
CREATE INDEX ix_membership_person_id ON membership (tenant_id, person_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON membership TO caas_app;
ALTER TABLE membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON membership USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE session (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	person_id UUID NOT NULL, 
	origin_id UUID NOT NULL, 
	client TEXT NOT NULL, 
	device BYTEA, 
	address BYTEA, 
	methods TEXT[] NOT NULL, 
	staff BOOLEAN NOT NULL, 
	generation INTEGER NOT NULL, 
	token_hash BYTEA NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	refreshed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	revoked_for TEXT, 
	CONSTRAINT pk_session PRIMARY KEY (tenant_id, id), 
	CONSTRAINT fk_session_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id), 
	CONSTRAINT ck_session_generation CHECK (generation >= 0), 
	CONSTRAINT ck_session_token_hash CHECK (octet_length(token_hash) = 32), 
	CONSTRAINT ck_session_revoked CHECK ((revoked_at IS NULL) = (revoked_for IS NULL))
);
CREATE INDEX ix_session_person_id ON session (tenant_id, person_id, started_at);
CREATE UNIQUE INDEX uq_session_origin_id ON session (tenant_id, origin_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON session TO caas_app;
ALTER TABLE session ENABLE ROW LEVEL SECURITY;
ALTER TABLE session FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON session USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
