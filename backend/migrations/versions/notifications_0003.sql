-- Notifications: messages that go by the chat, what stands in for one that did not arrive, and one reminder a day.

ALTER TABLE delivery ADD COLUMN origin UUID;
ALTER TABLE delivery ADD COLUMN nudge TEXT;
ALTER TABLE delivery ADD COLUMN handed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE delivery DROP CONSTRAINT ck_delivery_status;
ALTER TABLE delivery ADD CONSTRAINT ck_delivery_status CHECK (status IN ('kept', 'waiting', 'handed', 'accepted', 'sent', 'failed', 'expired'));
CREATE INDEX ix_delivery_origin ON delivery (tenant_id, origin);

CREATE TABLE reminder_day (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	user_id UUID NOT NULL, 
	day DATE NOT NULL, 
	origin UUID NOT NULL, 
	CONSTRAINT pk_reminder_day PRIMARY KEY (tenant_id, user_id, day)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON reminder_day TO caas_app;
ALTER TABLE reminder_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_day FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON reminder_day USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
