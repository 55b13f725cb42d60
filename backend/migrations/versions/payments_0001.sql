-- Payments: orders to the rail, ways to pay in, and what came in.

CREATE TABLE mandate (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	bank_account_id UUID NOT NULL,
	reference TEXT NOT NULL,
	status TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_mandate PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_mandate_tenant_id_reference UNIQUE (tenant_id, reference),
	CONSTRAINT ck_mandate_status CHECK (status IN ('pending', 'active', 'rejected', 'cancelled', 'expired'))
);
CREATE UNIQUE INDEX uq_mandate_loan_id ON mandate (tenant_id, loan_id) WHERE status IN ('pending', 'active');
GRANT SELECT, INSERT, UPDATE, DELETE ON mandate TO caas_app;
ALTER TABLE mandate ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON mandate USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE payment_link (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	reference TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	status TEXT NOT NULL,
	url TEXT,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_payment_link PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_payment_link_tenant_id_reference UNIQUE (tenant_id, reference),
	CONSTRAINT ck_payment_link_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_payment_link_status CHECK (status IN ('requested', 'open', 'paid', 'expired'))
);
CREATE INDEX ix_payment_link_loan_id ON payment_link (tenant_id, loan_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON payment_link TO caas_app;
ALTER TABLE payment_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE payment_link FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON payment_link USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE rail_order (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	kind TEXT NOT NULL,
	reference TEXT NOT NULL,
	purpose TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	loan_id UUID,
	account_id UUID,
	mandate_id UUID,
	subject_id UUID,
	instalment SMALLINT,
	state TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	taken_up_at TIMESTAMP WITH TIME ZONE,
	ask_at TIMESTAMP WITH TIME ZONE,
	asked INTEGER NOT NULL,
	settled_on DATE,
	reason_code TEXT,
	contradicted_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_rail_order PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_rail_order_tenant_id_reference UNIQUE (tenant_id, reference),
	CONSTRAINT uq_rail_order_tenant_id_mandate_id_instalment UNIQUE (tenant_id, mandate_id, instalment),
	CONSTRAINT ck_rail_order_kind CHECK (kind IN ('payout', 'debit')),
	CONSTRAINT ck_rail_order_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_rail_order_state CHECK (state IN ('created', 'sending', 'sent', 'unknown', 'settled', 'failed', 'cancelled')),
	CONSTRAINT ck_rail_order_settled_on CHECK ((state = 'settled') = (settled_on IS NOT NULL)),
	CONSTRAINT ck_rail_order_account CHECK ((kind = 'payout') = (account_id IS NOT NULL)),
	CONSTRAINT ck_rail_order_mandate CHECK ((kind = 'debit') = (mandate_id IS NOT NULL))
);
CREATE INDEX ix_rail_order_ask_at ON rail_order (tenant_id, ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX ix_rail_order_loan_id ON rail_order (tenant_id, loan_id, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON rail_order TO caas_app;
ALTER TABLE rail_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE rail_order FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON rail_order USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE receipt (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	source TEXT NOT NULL,
	method TEXT NOT NULL,
	reference TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	loan_id UUID,
	state TEXT NOT NULL,
	received_on DATE NOT NULL,
	note_sealed BYTEA,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
	reversed_on DATE,
	CONSTRAINT pk_receipt PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_receipt_tenant_id_source UNIQUE (tenant_id, source),
	CONSTRAINT ck_receipt_amount CHECK (amount_minor > 0),
	CONSTRAINT ck_receipt_state CHECK (state IN ('received', 'matched', 'suspense', 'assigned', 'refunding', 'refunded')),
	CONSTRAINT ck_receipt_loan CHECK ((state IN ('matched', 'assigned')) = (loan_id IS NOT NULL))
);
CREATE INDEX ix_receipt_loan_id ON receipt (tenant_id, loan_id, id);
CREATE INDEX ix_receipt_suspense ON receipt (tenant_id, id) WHERE state = 'suspense';
GRANT SELECT, INSERT, UPDATE, DELETE ON receipt TO caas_app;
ALTER TABLE receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON receipt USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE virtual_account (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	reference TEXT NOT NULL,
	currency TEXT NOT NULL,
	account_number TEXT,
	bank_name TEXT,
	bank_code TEXT,
	holder_sealed BYTEA,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_virtual_account PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_virtual_account_tenant_id_loan_id UNIQUE (tenant_id, loan_id),
	CONSTRAINT uq_virtual_account_tenant_id_reference UNIQUE (tenant_id, reference)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON virtual_account TO caas_app;
ALTER TABLE virtual_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE virtual_account FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON virtual_account USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
