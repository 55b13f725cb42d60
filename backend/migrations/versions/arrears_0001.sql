-- Arrears: hardship cases and their plans, promises to pay, and how late loans are.

CREATE TABLE delinquency (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	stage TEXT NOT NULL,
	days_past_due INTEGER NOT NULL,
	past_due_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	since DATE NOT NULL,
	CONSTRAINT pk_delinquency PRIMARY KEY (tenant_id, loan_id),
	CONSTRAINT ck_delinquency_stage CHECK (stage IN ('current', 'days_1_30', 'days_31_60', 'days_61_90', 'over_90')),
	CONSTRAINT ck_delinquency_amounts CHECK (days_past_due >= 0 AND past_due_minor >= 0)
);
CREATE INDEX ix_delinquency_late ON delinquency (tenant_id, days_past_due, loan_id) WHERE stage <> 'current';
GRANT SELECT, INSERT, UPDATE, DELETE ON delinquency TO caas_app;
ALTER TABLE delinquency ENABLE ROW LEVEL SECURITY;
ALTER TABLE delinquency FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON delinquency USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE hardship_case (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	currency TEXT NOT NULL,
	kind TEXT NOT NULL,
	status TEXT NOT NULL,
	needs_person BOOLEAN NOT NULL,
	told BYTEA,
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	review_on DATE NOT NULL,
	agreed_plan_id UUID,
	close_reason TEXT,
	closed_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_hardship_case PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_hardship_case_kind CHECK (kind IN ('short_delay', 'smaller_amounts', 'cannot_pay')),
	CONSTRAINT ck_hardship_case_status CHECK (status IN ('open', 'agreed', 'kept', 'broken', 'closed')),
	CONSTRAINT ck_hardship_case_close_reason CHECK (close_reason IN ('withdrawn', 'declined', 'lapsed', 'loan_closed')),
	CONSTRAINT ck_hardship_case_closed CHECK ((status = 'closed') = (close_reason IS NOT NULL)),
	CONSTRAINT ck_hardship_case_living CHECK ((status IN ('open', 'agreed')) = (closed_at IS NULL)),
	CONSTRAINT ck_hardship_case_agreed CHECK (status <> 'agreed' OR agreed_plan_id IS NOT NULL)
);
CREATE INDEX ix_hardship_case_loan_id ON hardship_case (tenant_id, loan_id, id);
CREATE INDEX ix_hardship_case_review_on ON hardship_case (tenant_id, review_on) WHERE status = 'open';
CREATE INDEX ix_hardship_case_user_id ON hardship_case (tenant_id, user_id, id);
CREATE UNIQUE INDEX uq_hardship_case_living ON hardship_case (tenant_id, loan_id) WHERE status IN ('open', 'agreed');
GRANT SELECT, INSERT, UPDATE, DELETE ON hardship_case TO caas_app;
ALTER TABLE hardship_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE hardship_case FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON hardship_case USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE promise_payment (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	payment_id UUID NOT NULL,
	loan_id UUID NOT NULL,
	"on" DATE NOT NULL,
	amount_minor BIGINT NOT NULL,
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
	is_reversed BOOLEAN NOT NULL,
	CONSTRAINT pk_promise_payment PRIMARY KEY (tenant_id, payment_id),
	CONSTRAINT ck_promise_payment_amount_minor CHECK (amount_minor > 0)
);
CREATE INDEX ix_promise_payment_loan_id ON promise_payment (tenant_id, loan_id, entered_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON promise_payment TO caas_app;
ALTER TABLE promise_payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE promise_payment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON promise_payment USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE hardship_plan (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	case_id UUID NOT NULL,
	kind TEXT NOT NULL,
	payments JSONB NOT NULL,
	covers_minor BIGINT NOT NULL,
	total_to_pay_minor BIGINT NOT NULL,
	extra_cost_minor BIGINT NOT NULL,
	reported_late BOOLEAN NOT NULL,
	by_staff BOOLEAN NOT NULL,
	offered_on DATE NOT NULL,
	CONSTRAINT pk_hardship_plan PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_hardship_plan_tenant_id_case_id FOREIGN KEY(tenant_id, case_id) REFERENCES hardship_case (tenant_id, id),
	CONSTRAINT ck_hardship_plan_kind CHECK (kind IN ('short_delay', 'smaller_amounts', 'cannot_pay')),
	CONSTRAINT ck_hardship_plan_amounts CHECK (covers_minor > 0 AND total_to_pay_minor > 0)
);
CREATE INDEX ix_hardship_plan_case_id ON hardship_plan (tenant_id, case_id, id);
GRANT SELECT, INSERT ON hardship_plan TO caas_app;
ALTER TABLE hardship_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE hardship_plan FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON hardship_plan USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON hardship_plan
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE promise (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	case_id UUID,
	currency TEXT NOT NULL,
	"on" DATE NOT NULL,
	amount_minor BIGINT NOT NULL,
	made_on DATE NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	paid_minor BIGINT NOT NULL,
	status TEXT NOT NULL,
	settled_on DATE,
	CONSTRAINT pk_promise PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_promise_tenant_id_case_id FOREIGN KEY(tenant_id, case_id) REFERENCES hardship_case (tenant_id, id),
	CONSTRAINT ck_promise_status CHECK (status IN ('open', 'kept', 'broken', 'cancelled')),
	CONSTRAINT ck_promise_amounts CHECK (amount_minor > 0 AND paid_minor BETWEEN 0 AND amount_minor),
	CONSTRAINT ck_promise_kept CHECK ((status = 'kept') <= (paid_minor = amount_minor)),
	CONSTRAINT ck_promise_settled_on CHECK ((status = 'open') = (settled_on IS NULL))
);
CREATE INDEX ix_promise_loan_id ON promise (tenant_id, loan_id, id);
CREATE INDEX ix_promise_open ON promise (tenant_id, "on") WHERE status = 'open';
CREATE UNIQUE INDEX uq_promise_alone ON promise (tenant_id, loan_id) WHERE status = 'open' AND case_id IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON promise TO caas_app;
ALTER TABLE promise ENABLE ROW LEVEL SECURITY;
ALTER TABLE promise FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON promise USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
