-- Compliance: copies of people's data, and accounts that end.

CREATE TABLE data_export (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	status TEXT NOT NULL,
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ready_at TIMESTAMP WITH TIME ZONE,
	expires_at TIMESTAMP WITH TIME ZONE,
	size INTEGER,
	sha256 BYTEA,
	link_hash BYTEA,
	link_expires_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_data_export PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_data_export_status CHECK (status IN ('preparing', 'ready', 'failed', 'expired')),
	CONSTRAINT ck_data_export_ready CHECK (status <> 'ready' OR (expires_at IS NOT NULL AND size > 0 AND sha256 IS NOT NULL)),
	CONSTRAINT ck_data_export_link CHECK ((link_hash IS NULL) = (link_expires_at IS NULL))
);
CREATE INDEX ix_data_export_expires_at ON data_export (tenant_id, expires_at) WHERE status = 'ready';
CREATE INDEX ix_data_export_user_id ON data_export (tenant_id, user_id, id);
CREATE UNIQUE INDEX uq_data_export_preparing ON data_export (tenant_id, user_id) WHERE status = 'preparing';
GRANT SELECT, INSERT, UPDATE, DELETE ON data_export TO caas_app;
ALTER TABLE data_export ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_export FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON data_export USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE deletion (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	user_id UUID NOT NULL,
	status TEXT NOT NULL,
	requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
	due_at TIMESTAMP WITH TIME ZONE NOT NULL,
	hindered_by TEXT[] NOT NULL,
	ended_at TIMESTAMP WITH TIME ZONE,
	erase_on DATE,
	CONSTRAINT pk_deletion PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_deletion_status CHECK (status IN ('waiting', 'blocked', 'cancelled', 'closed', 'erased')),
	CONSTRAINT ck_deletion_ended CHECK ((status IN ('waiting', 'blocked')) = (ended_at IS NULL)),
	CONSTRAINT ck_deletion_closed CHECK (status <> 'closed' OR erase_on IS NOT NULL)
);
CREATE INDEX ix_deletion_due_at ON deletion (tenant_id, due_at) WHERE status IN ('waiting', 'blocked');
CREATE INDEX ix_deletion_erase_on ON deletion (tenant_id, erase_on) WHERE status = 'closed';
CREATE INDEX ix_deletion_user_id ON deletion (tenant_id, user_id, id);
CREATE UNIQUE INDEX uq_deletion_living ON deletion (tenant_id, user_id) WHERE status IN ('waiting', 'blocked');
GRANT SELECT, INSERT, UPDATE, DELETE ON deletion TO caas_app;
ALTER TABLE deletion ENABLE ROW LEVEL SECURITY;
ALTER TABLE deletion FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON deletion USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE retained_person (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	user_id UUID NOT NULL,
	sealed BYTEA NOT NULL,
	until DATE NOT NULL,
	CONSTRAINT pk_retained_person PRIMARY KEY (tenant_id, user_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON retained_person TO caas_app;
ALTER TABLE retained_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE retained_person FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON retained_person USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE data_export_piece (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	export_id UUID NOT NULL,
	number SMALLINT NOT NULL,
	sealed BYTEA NOT NULL,
	CONSTRAINT pk_data_export_piece PRIMARY KEY (tenant_id, export_id, number),
	CONSTRAINT fk_data_export_piece_tenant_id_export_id FOREIGN KEY(tenant_id, export_id) REFERENCES data_export (tenant_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON data_export_piece TO caas_app;
ALTER TABLE data_export_piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_export_piece FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON data_export_piece USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
