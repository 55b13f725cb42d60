CREATE TABLE delivery (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	user_id UUID, 
	topic TEXT NOT NULL, 
	template TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	destination BYTEA, 
	content BYTEA, 
	status TEXT NOT NULL, 
	reason TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	settled_at TIMESTAMP WITH TIME ZONE, 
	read_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_delivery PRIMARY KEY (tenant_id, id), 
	CONSTRAINT ck_delivery_topic CHECK (topic IN ('security', 'service', 'reminder', 'marketing')), 
	CONSTRAINT ck_delivery_channel CHECK (channel IN ('sms', 'whatsapp', 'email', 'in_app')), 
	CONSTRAINT ck_delivery_status CHECK (status IN ('kept', 'waiting', 'sent', 'failed', 'expired')), 
	CONSTRAINT ck_delivery_kept CHECK ((status = 'kept') = (channel = 'in_app')), 
	CONSTRAINT ck_delivery_read_at CHECK (read_at IS NULL OR channel = 'in_app')
);
CREATE INDEX ix_delivery_created_at ON delivery (created_at);
CREATE INDEX ix_delivery_user_id ON delivery (tenant_id, user_id, id) WHERE channel = 'in_app';
GRANT SELECT, INSERT, UPDATE, DELETE ON delivery TO caas_app;
ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON delivery USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE notification_preference (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	user_id UUID NOT NULL, 
	reminder TEXT[] NOT NULL, 
	marketing TEXT[] NOT NULL, 
	changed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_notification_preference PRIMARY KEY (tenant_id, user_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON notification_preference TO caas_app;
ALTER TABLE notification_preference ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification_preference FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON notification_preference USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
