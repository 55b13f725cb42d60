-- The kernel: roles, the tenant scope, events, idempotency, audit, documents, keys.

-- Roles belong to the cluster and may be there already, from another database in it. Passwords are set by whoever runs it.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['caas_app', 'caas_relay'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO caas_app, caas_relay;
GRANT SELECT ON alembic_version TO caas_app;

-- Null without a scope, so that every policy fails closed. A setting that was local to an earlier transaction reads as ''.
CREATE FUNCTION current_tenant() RETURNS uuid STABLE PARALLEL SAFE LANGUAGE sql
    AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct by adding', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE SEQUENCE outbox_position;
CREATE SEQUENCE audit_position;
GRANT USAGE ON SEQUENCE outbox_position, audit_position TO caas_app;

CREATE TABLE audit_entry (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
	position BIGINT DEFAULT nextval('audit_position') NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	subject TEXT NOT NULL,
	data JSONB NOT NULL,
	correlation_id TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_audit_entry PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_audit_entry_order ON audit_entry (tenant_id, xid, position);
CREATE INDEX ix_audit_entry_subject ON audit_entry (tenant_id, subject, position);
GRANT SELECT, INSERT ON audit_entry TO caas_app;
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON audit_entry USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE audit_link (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	height BIGINT NOT NULL,
	entry_id UUID NOT NULL,
	entry_xid xid8 NOT NULL,
	entry_position BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_audit_link PRIMARY KEY (tenant_id, height),
	CONSTRAINT uq_audit_link_entry_id UNIQUE (entry_id)
);
GRANT SELECT, INSERT ON audit_link TO caas_app;
ALTER TABLE audit_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_link FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON audit_link USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_link
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE blob (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	content_type TEXT NOT NULL,
	size INTEGER NOT NULL,
	sha256 BYTEA NOT NULL,
	sealed BYTEA NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_blob PRIMARY KEY (tenant_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON blob TO caas_app;
ALTER TABLE blob ENABLE ROW LEVEL SECURITY;
ALTER TABLE blob FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON blob USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE business_calendar (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	business_date DATE NOT NULL,
	CONSTRAINT pk_business_calendar PRIMARY KEY (tenant_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON business_calendar TO caas_app;
ALTER TABLE business_calendar ENABLE ROW LEVEL SECURITY;
ALTER TABLE business_calendar FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON business_calendar USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE data_key (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	purpose TEXT NOT NULL,
	subject_id UUID,
	wrapped BYTEA NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	destroyed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_data_key PRIMARY KEY (tenant_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON data_key TO caas_app;
ALTER TABLE data_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_key FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON data_key USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE idempotency (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	principal TEXT NOT NULL,
	key TEXT NOT NULL,
	request_hash BYTEA NOT NULL,
	answer BYTEA,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_idempotency PRIMARY KEY (tenant_id, principal, key)
);
CREATE INDEX ix_idempotency_at ON idempotency (at);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO caas_app;
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON idempotency USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE inbox (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	subscriber TEXT NOT NULL,
	event_id UUID NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_inbox PRIMARY KEY (tenant_id, subscriber, event_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO caas_app;
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON inbox USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE outbox (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
	position BIGINT DEFAULT nextval('outbox_position') NOT NULL,
	topic TEXT NOT NULL,
	version SMALLINT NOT NULL,
	data JSONB NOT NULL,
	actor TEXT NOT NULL,
	correlation_id TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_outbox PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_outbox_xid_position ON outbox (xid, position);
GRANT SELECT, INSERT ON outbox TO caas_app;
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON outbox USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON outbox
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE outbox_cursor (
	name TEXT NOT NULL,
	xid xid8 DEFAULT '0' NOT NULL,
	position BIGINT DEFAULT 0 NOT NULL,
	CONSTRAINT pk_outbox_cursor PRIMARY KEY (name)
);

CREATE TABLE revoked_session (
	session_id UUID NOT NULL,
	revoked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_revoked_session PRIMARY KEY (session_id)
);
CREATE INDEX ix_revoked_session_revoked_at ON revoked_session (revoked_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON revoked_session TO caas_app;

CREATE TABLE tenant (
	id UUID NOT NULL,
	slug TEXT NOT NULL,
	plan TEXT NOT NULL,
	mode TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_tenant PRIMARY KEY (id),
	CONSTRAINT uq_tenant_slug UNIQUE (slug)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant TO caas_app;

CREATE TABLE webhook_event (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	provider TEXT NOT NULL,
	event_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	received_at TIMESTAMP WITH TIME ZONE NOT NULL,
	worked_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_webhook_event PRIMARY KEY (tenant_id, provider, event_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_event TO caas_app;
ALTER TABLE webhook_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_event FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON webhook_event USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

-- The relay sees every tenant's events, and nothing else of theirs.
GRANT SELECT ON outbox TO caas_relay;
CREATE POLICY relay ON outbox FOR SELECT TO caas_relay USING (true);
GRANT SELECT, UPDATE ON outbox_cursor TO caas_relay;
INSERT INTO outbox_cursor (name) VALUES ('subscribers');

-- The job queue of pgqueuer 1.6.
CREATE TYPE pgqueuer_status AS ENUM ('queued', 'picked', 'successful', 'exception', 'canceled', 'deleted', 'failed');

CREATE TABLE pgqueuer (
    id bigserial NOT NULL PRIMARY KEY,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    execute_after timestamp with time zone NOT NULL DEFAULT now(),
    status pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer NOT NULL DEFAULT 0,
    slot bigint
);

CREATE TABLE pgqueuer_log (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT now(),
    job_id bigint NOT NULL,
    status pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);

CREATE TABLE pgqueuer_schedules (
    id bigserial NOT NULL PRIMARY KEY,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    next_run timestamp with time zone NOT NULL DEFAULT now(),
    last_run timestamp with time zone,
    status pgqueuer_status DEFAULT 'queued'::pgqueuer_status,
    UNIQUE (expression, entrypoint)
);

CREATE TABLE pgqueuer_statistics (
    id bigserial NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT date_trunc('sec'::text, now()),
    count bigint NOT NULL,
    priority integer NOT NULL,
    status pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);

CREATE INDEX pgqueuer_ep_ea_idx ON pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::pgqueuer_status, 'picked'::pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::pgqueuer_status);

CREATE FUNCTION fn_pgqueuer_changed() RETURNS TRIGGER AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER tg_pgqueuer_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON pgqueuer
EXECUTE FUNCTION fn_pgqueuer_changed();

GRANT SELECT, INSERT, UPDATE, DELETE ON pgqueuer, pgqueuer_log, pgqueuer_statistics, pgqueuer_schedules TO caas_app;
GRANT SELECT, INSERT ON pgqueuer, pgqueuer_log TO caas_relay;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO caas_app;
GRANT USAGE ON SEQUENCE pgqueuer_id_seq, pgqueuer_log_id_seq TO caas_relay;
