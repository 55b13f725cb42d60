-- Notifications: reminders of a loan can be held, and a delivery says which loan it is about.

ALTER TABLE delivery ADD COLUMN about UUID;

CREATE TABLE reminder_hold (
	tenant_id UUID DEFAULT current_tenant() NOT NULL, 
	id UUID NOT NULL, 
	loan_id UUID NOT NULL, 
	reason TEXT NOT NULL, 
	since TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_reminder_hold PRIMARY KEY (tenant_id, id)
);
CREATE INDEX ix_reminder_hold_loan_id ON reminder_hold (tenant_id, loan_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON reminder_hold TO caas_app;
ALTER TABLE reminder_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder_hold FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON reminder_hold USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
