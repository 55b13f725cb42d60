-- Identity: service accounts, chat identities that belong to people, and how these step up.

ALTER TABLE person DROP CONSTRAINT ck_person_roles;
ALTER TABLE person ADD CONSTRAINT ck_person_roles CHECK (roles <@ ARRAY['borrower', 'bot', 'business_owner', 'compliance_officer', 'finance_approver', 'finance_viewer', 'operations', 'partner', 'support_agent', 'tenant_admin']);

CREATE TABLE channel_link (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	channel TEXT NOT NULL,
	subject BYTEA NOT NULL,
	subject_index BYTEA NOT NULL,
	alternate_index BYTEA,
	is_agent BOOLEAN NOT NULL,
	linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	active_at TIMESTAMP WITH TIME ZONE NOT NULL,
	step_up_id UUID,
	stepped_up_at TIMESTAMP WITH TIME ZONE,
	ended_at TIMESTAMP WITH TIME ZONE,
	ended_for TEXT,
	CONSTRAINT pk_channel_link PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_channel_link_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id),
	CONSTRAINT ck_channel_link_channel CHECK (channel IN ('in_app', 'telegram', 'whatsapp')),
	CONSTRAINT ck_channel_link_ended CHECK ((ended_at IS NULL) = (ended_for IS NULL)),
	CONSTRAINT ck_channel_link_stepped_up CHECK ((step_up_id IS NULL) = (stepped_up_at IS NULL))
);
CREATE INDEX ix_channel_link_alternate ON channel_link (tenant_id, channel, alternate_index) WHERE ended_at IS NULL AND alternate_index IS NOT NULL;
CREATE INDEX ix_channel_link_person_id ON channel_link (tenant_id, person_id);
CREATE UNIQUE INDEX uq_channel_link_subject ON channel_link (tenant_id, channel, subject_index) WHERE ended_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON channel_link TO caas_app;
ALTER TABLE channel_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE channel_link FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON channel_link USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));


CREATE TABLE channel_link_code (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	person_id UUID NOT NULL,
	channel TEXT NOT NULL,
	code_index BYTEA NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	used_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_channel_link_code PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_channel_link_code_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
);
CREATE INDEX ix_channel_link_code_person_id ON channel_link_code (tenant_id, person_id, created_at);
CREATE UNIQUE INDEX uq_channel_link_code_code_index ON channel_link_code (tenant_id, code_index);
GRANT SELECT, INSERT, UPDATE, DELETE ON channel_link_code TO caas_app;
ALTER TABLE channel_link_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE channel_link_code FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON channel_link_code USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));


CREATE TABLE service_account (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	person_id UUID NOT NULL,
	generation INTEGER NOT NULL,
	secret_hash BYTEA NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	revoked_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_service_account PRIMARY KEY (tenant_id, person_id),
	CONSTRAINT fk_service_account_tenant_id_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id),
	CONSTRAINT ck_service_account_secret_hash CHECK (octet_length(secret_hash) = 32)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON service_account TO caas_app;
ALTER TABLE service_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_account FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON service_account USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));


CREATE TABLE channel_step_up (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	link_id UUID NOT NULL,
	person_id UUID NOT NULL,
	method TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	confirmed_at TIMESTAMP WITH TIME ZONE,
	refused_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_channel_step_up PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_channel_step_up_tenant_id_link_id FOREIGN KEY(tenant_id, link_id) REFERENCES channel_link (tenant_id, id),
	CONSTRAINT ck_channel_step_up_method CHECK (method IN ('app', 'code')),
	CONSTRAINT ck_channel_step_up_one_end CHECK (confirmed_at IS NULL OR refused_at IS NULL)
);
CREATE INDEX ix_channel_step_up_link_id ON channel_step_up (tenant_id, link_id, created_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON channel_step_up TO caas_app;
ALTER TABLE channel_step_up ENABLE ROW LEVEL SECURITY;
ALTER TABLE channel_step_up FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON channel_step_up USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
