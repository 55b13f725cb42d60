-- The bot's own schema, reached by its own role. Every table belongs to tenants and forces their policy.

DO $$
BEGIN
    CREATE ROLE caas_bot LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA bot TO caas_bot;

-- Null without a scope, so that every policy fails closed.
CREATE FUNCTION bot.current_tenant() RETURNS text STABLE PARALLEL SAFE LANGUAGE sql
    AS $$ SELECT nullif(current_setting('bot.tenant', true), '') $$;

-- One conversation. `arrived` and `handled` count its messages; whoever holds the lease handles them, one by one.
CREATE TABLE bot.conversation (
    tenant text NOT NULL DEFAULT bot.current_tenant(),
    id uuid NOT NULL,
    line text NOT NULL,
    state bytea,
    version integer NOT NULL DEFAULT 0,
    arrived bigint NOT NULL DEFAULT 0,
    handled bigint NOT NULL DEFAULT 0,
    due_at timestamptz,                    -- when what is still to be sent can be tried; null where nothing is
    lease uuid,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_conversation PRIMARY KEY (tenant, id),
    CONSTRAINT ck_conversation_handled CHECK (handled <= arrived)
) WITH (fillfactor = 80);
CREATE INDEX ix_conversation_work ON bot.conversation (tenant, leased_until) WHERE arrived > handled OR due_at IS NOT NULL;

-- What came in, once each. The body is sealed, and gone when its time is over.
CREATE TABLE bot.inbox (
    tenant text NOT NULL DEFAULT bot.current_tenant(),
    event_id text NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    conversation_id uuid NOT NULL,
    body bytea,
    attempts smallint NOT NULL DEFAULT 0,
    error text,
    received_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT pk_inbox PRIMARY KEY (tenant, event_id)
);
CREATE INDEX ix_inbox_todo ON bot.inbox (tenant, conversation_id, position) WHERE done_at IS NULL;
CREATE INDEX ix_inbox_received ON bot.inbox (tenant, received_at);

-- What is to be sent, in the order of `position`. `id` travels along, and comes back in Meta's notices.
CREATE TABLE bot.outbox (
    tenant text NOT NULL DEFAULT bot.current_tenant(),
    id uuid NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    conversation_id uuid NOT NULL,
    channel text NOT NULL,
    body bytea,
    status text NOT NULL DEFAULT 'intended',
    provider_id text,
    about uuid,                            -- the platform's own id of it, where somebody else wrote it
    attempts smallint NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL,
    error text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT pk_outbox PRIMARY KEY (tenant, id),
    CONSTRAINT ck_outbox_status CHECK (status IN ('intended', 'sent', 'delivered', 'read', 'failed', 'dropped'))
);
CREATE INDEX ix_outbox_todo ON bot.outbox (tenant, conversation_id, position) WHERE status = 'intended';
CREATE INDEX ix_outbox_created ON bot.outbox (tenant, created_at);

-- Which conversation the platform means by the id of a thread or of a link.
CREATE TABLE bot.alias (
    tenant text NOT NULL DEFAULT bot.current_tenant(),
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    line text NOT NULL,
    CONSTRAINT pk_alias PRIMARY KEY (tenant, id)
);

-- The topic of the agents' forum that a thread has.
CREATE TABLE bot.topic (
    tenant text NOT NULL DEFAULT bot.current_tenant(),
    thread_id uuid NOT NULL,
    topic_id bigint NOT NULL,
    CONSTRAINT pk_topic PRIMARY KEY (tenant, thread_id),
    CONSTRAINT uq_topic_topic_id UNIQUE (tenant, topic_id)
);

-- How far the platform's news were read. Whoever holds the lease reads on.
CREATE TABLE bot.feed (
    tenant text NOT NULL DEFAULT bot.current_tenant(),
    cursor text,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT pk_feed PRIMARY KEY (tenant)
);

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['conversation', 'inbox', 'outbox', 'alias', 'topic', 'feed'] LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON bot.%I TO caas_bot', name);
        EXECUTE format('ALTER TABLE bot.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE bot.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_isolation ON bot.%I USING (tenant = (SELECT bot.current_tenant()))'
            ' WITH CHECK (tenant = (SELECT bot.current_tenant()))', name);
    END LOOP;
END $$;
