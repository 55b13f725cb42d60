-- Support: conversations across channels, what bots hear of, and the desk.

CREATE SEQUENCE bot_feed_position;
GRANT USAGE ON SEQUENCE bot_feed_position TO caas_app;

CREATE TABLE bot_feed (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
	position BIGINT DEFAULT nextval('bot_feed_position') NOT NULL,
	kind TEXT NOT NULL,
	conversation_id UUID,
	message_id UUID,
	link_id UUID,
	user_id UUID,
	data JSONB NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_bot_feed PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_bot_feed_kind CHECK (kind IN ('message_from_borrower', 'message_from_agent', 'message_from_bot', 'note', 'handed_off', 'assigned', 'snoozed', 'returned_to_bot', 'resolved', 'linked', 'link_ended', 'stepped_up', 'step_up_refused'))
);
CREATE INDEX ix_bot_feed_at ON bot_feed (at);
CREATE INDEX ix_bot_feed_order ON bot_feed (tenant_id, xid, position);
GRANT SELECT, INSERT, UPDATE, DELETE ON bot_feed TO caas_app;
ALTER TABLE bot_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_feed FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON bot_feed USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE conversation (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	user_id UUID,
	status TEXT NOT NULL,
	channel TEXT NOT NULL,
	language TEXT NOT NULL,
	priority TEXT NOT NULL,
	skill TEXT NOT NULL,
	labels TEXT[] NOT NULL,
	assignee_id UUID,
	handoff_reason TEXT,
	summary BYTEA,
	opened_at TIMESTAMP WITH TIME ZONE,
	waiting_since TIMESTAMP WITH TIME ZONE,
	first_replied_at TIMESTAMP WITH TIME ZONE,
	first_due_at TIMESTAMP WITH TIME ZONE,
	next_due_at TIMESTAMP WITH TIME ZONE,
	resolve_due_at TIMESTAMP WITH TIME ZONE,
	sla_breached BOOLEAN NOT NULL,
	snoozed_until TIMESTAMP WITH TIME ZONE,
	resolved_at TIMESTAMP WITH TIME ZONE,
	resolved_reason TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	last_message_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_conversation PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_conversation_status CHECK (status IN ('pending', 'open', 'snoozed', 'resolved')),
	CONSTRAINT ck_conversation_channel CHECK (channel IN ('whatsapp', 'telegram', 'in_app')),
	CONSTRAINT ck_conversation_priority CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
	CONSTRAINT ck_conversation_skill CHECK (skill IN ('general', 'payments', 'hardship', 'disputes', 'technical')),
	CONSTRAINT ck_conversation_snoozed CHECK ((status = 'snoozed') = (snoozed_until IS NOT NULL)),
	CONSTRAINT ck_conversation_resolved CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
	CONSTRAINT ck_conversation_opened CHECK ((status IN ('open', 'snoozed')) <= (opened_at IS NOT NULL)),
	CONSTRAINT ck_conversation_waiting CHECK (waiting_since IS NULL OR status = 'open')
);
CREATE INDEX ix_conversation_in_hands ON conversation (tenant_id, assignee_id, id) WHERE status IN ('open', 'snoozed');
CREATE INDEX ix_conversation_last_message_at ON conversation (tenant_id, last_message_at);
CREATE INDEX ix_conversation_snoozed ON conversation (tenant_id, snoozed_until) WHERE status = 'snoozed';
CREATE INDEX ix_conversation_waiting ON conversation (tenant_id, waiting_since) WHERE waiting_since IS NOT NULL;
CREATE UNIQUE INDEX uq_conversation_user_id ON conversation (tenant_id, user_id) WHERE user_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON conversation TO caas_app;
ALTER TABLE conversation ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON conversation USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE desk_settings (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	settings JSONB NOT NULL,
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_desk_settings PRIMARY KEY (tenant_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON desk_settings TO caas_app;
ALTER TABLE desk_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE desk_settings FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON desk_settings USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE macro (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	name TEXT NOT NULL,
	language TEXT NOT NULL,
	body TEXT NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_macro PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX uq_macro_name_language ON macro (tenant_id, name, language);
GRANT SELECT, INSERT, UPDATE, DELETE ON macro TO caas_app;
ALTER TABLE macro ENABLE ROW LEVEL SECURITY;
ALTER TABLE macro FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON macro USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE support_agent (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	user_id UUID NOT NULL,
	presence TEXT NOT NULL,
	languages TEXT[] NOT NULL,
	skills TEXT[] NOT NULL,
	capacity SMALLINT NOT NULL,
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	assigned_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_support_agent PRIMARY KEY (tenant_id, user_id),
	CONSTRAINT ck_support_agent_presence CHECK (presence IN ('online', 'away', 'offline')),
	CONSTRAINT ck_support_agent_capacity CHECK (capacity BETWEEN 0 AND 100)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON support_agent TO caas_app;
ALTER TABLE support_agent ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_agent FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON support_agent USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE conversation_channel (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	conversation_id UUID NOT NULL,
	channel TEXT NOT NULL,
	link_id UUID,
	subject_index BYTEA,
	last_inbound_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_conversation_channel PRIMARY KEY (tenant_id, conversation_id, channel),
	CONSTRAINT fk_conversation_channel_tenant_id_conversation_id FOREIGN KEY(tenant_id, conversation_id) REFERENCES conversation (tenant_id, id),
	CONSTRAINT ck_conversation_channel_channel CHECK (channel IN ('whatsapp', 'telegram', 'in_app'))
);
CREATE INDEX ix_conversation_channel_link_id ON conversation_channel (tenant_id, link_id);
CREATE INDEX ix_conversation_channel_subject_index ON conversation_channel (tenant_id, channel, subject_index);
GRANT SELECT, INSERT, UPDATE, DELETE ON conversation_channel TO caas_app;
ALTER TABLE conversation_channel ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_channel FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON conversation_channel USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE conversation_reader (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	conversation_id UUID NOT NULL,
	user_id UUID NOT NULL,
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_conversation_reader PRIMARY KEY (tenant_id, conversation_id, user_id),
	CONSTRAINT fk_conversation_reader_tenant_id_conversation_id FOREIGN KEY(tenant_id, conversation_id) REFERENCES conversation (tenant_id, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON conversation_reader TO caas_app;
ALTER TABLE conversation_reader ENABLE ROW LEVEL SECURITY;
ALTER TABLE conversation_reader FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON conversation_reader USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE message (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	conversation_id UUID NOT NULL,
	channel TEXT NOT NULL,
	direction TEXT NOT NULL,
	author TEXT NOT NULL,
	author_id UUID,
	is_note BOOLEAN NOT NULL,
	body BYTEA,
	template TEXT,
	external_id TEXT,
	provider_id TEXT,
	status TEXT NOT NULL,
	error_code TEXT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_message PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_message_tenant_id_conversation_id FOREIGN KEY(tenant_id, conversation_id) REFERENCES conversation (tenant_id, id),
	CONSTRAINT ck_message_channel CHECK (channel IN ('whatsapp', 'telegram', 'in_app')),
	CONSTRAINT ck_message_direction CHECK (direction IN ('inbound', 'outbound')),
	CONSTRAINT ck_message_author CHECK (author IN ('borrower', 'bot', 'agent', 'system')),
	CONSTRAINT ck_message_status CHECK (status IN ('received', 'queued', 'sent', 'delivered', 'read', 'failed')),
	CONSTRAINT ck_message_agent CHECK (author <> 'agent' OR author_id IS NOT NULL)
);
CREATE INDEX ix_message_conversation_id ON message (tenant_id, conversation_id, id);
CREATE UNIQUE INDEX uq_message_external_id ON message (tenant_id, channel, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX uq_message_provider_id ON message (tenant_id, channel, provider_id) WHERE provider_id IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON message TO caas_app;
ALTER TABLE message ENABLE ROW LEVEL SECURITY;
ALTER TABLE message FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON message USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE rating (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	conversation_id UUID NOT NULL,
	agent_id UUID,
	score SMALLINT NOT NULL,
	comment BYTEA,
	resolved_at TIMESTAMP WITH TIME ZONE NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_rating PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_rating_tenant_id_conversation_id FOREIGN KEY(tenant_id, conversation_id) REFERENCES conversation (tenant_id, id),
	CONSTRAINT ck_rating_score CHECK (score BETWEEN 1 AND 5)
);
CREATE INDEX ix_rating_at ON rating (tenant_id, at);
CREATE UNIQUE INDEX uq_rating_episode ON rating (tenant_id, conversation_id, resolved_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON rating TO caas_app;
ALTER TABLE rating ENABLE ROW LEVEL SECURITY;
ALTER TABLE rating FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON rating USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE message_file (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	message_id UUID NOT NULL,
	blob_id UUID NOT NULL,
	filename BYTEA NOT NULL,
	media_type TEXT NOT NULL,
	size INTEGER NOT NULL,
	sha256 BYTEA NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_message_file PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_message_file_tenant_id_message_id FOREIGN KEY(tenant_id, message_id) REFERENCES message (tenant_id, id),
	CONSTRAINT ck_message_file_content CHECK (size > 0 AND octet_length(sha256) = 32)
);
CREATE INDEX ix_message_file_message_id ON message_file (tenant_id, message_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON message_file TO caas_app;
ALTER TABLE message_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_file FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON message_file USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
