-- Notifications: phones that get notices.

ALTER TABLE delivery DROP CONSTRAINT ck_delivery_channel;
ALTER TABLE delivery ADD CONSTRAINT ck_delivery_channel CHECK (channel IN ('sms', 'whatsapp', 'email', 'in_app', 'push'));

CREATE TABLE push_registration (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	token_index BYTEA NOT NULL, 
	user_id UUID NOT NULL, 
	session_id UUID NOT NULL, 
	service TEXT NOT NULL, 
	token BYTEA NOT NULL, 
	registered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_push_registration PRIMARY KEY (tenant_id, token_index), 
	CONSTRAINT ck_push_registration_service CHECK (service IN ('onesignal'))
);
CREATE INDEX ix_push_registration_session_id ON push_registration (tenant_id, session_id);
CREATE INDEX ix_push_registration_user_id ON push_registration (tenant_id, user_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON push_registration TO caas_app;
ALTER TABLE push_registration ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_registration FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON push_registration USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
