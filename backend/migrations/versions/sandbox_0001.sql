-- The outside world as the sandbox plays it. Made everywhere, used nowhere but in development and tests.

CREATE TABLE sandbox_message (
	id TEXT NOT NULL,
	channel TEXT NOT NULL,
	address TEXT NOT NULL,
	subject TEXT,
	text TEXT NOT NULL,
	status TEXT NOT NULL,
	sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_sandbox_message PRIMARY KEY (id)
);
CREATE INDEX ix_sandbox_message_inbox ON sandbox_message (address, sent_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sandbox_message TO caas_app;

CREATE TABLE sandbox_record (
	kind TEXT NOT NULL,
	key TEXT NOT NULL,
	data JSONB NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_sandbox_record PRIMARY KEY (kind, key)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON sandbox_record TO caas_app;

CREATE TABLE sandbox_webhook (
	id UUID NOT NULL,
	message_id TEXT NOT NULL,
	url TEXT NOT NULL,
	body BYTEA NOT NULL,
	due_at TIMESTAMP WITH TIME ZONE NOT NULL,
	next_try_at TIMESTAMP WITH TIME ZONE NOT NULL,
	attempts INTEGER DEFAULT 0 NOT NULL,
	last_outcome TEXT,
	ended_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_sandbox_webhook PRIMARY KEY (id)
);
CREATE INDEX ix_sandbox_webhook_next_try_at ON sandbox_webhook (next_try_at) WHERE ended_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON sandbox_webhook TO caas_app;
