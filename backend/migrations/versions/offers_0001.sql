-- Offers: rounds of asking, what each lender answered, and the offers that came of it.

CREATE TABLE offer_round (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	application_id UUID NOT NULL,
	round_no SMALLINT NOT NULL,
	decision_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	product_id UUID NOT NULL,
	product_kind TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	limit_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	instalments SMALLINT NOT NULL,
	score_band TEXT NOT NULL,
	payout_account_id UUID NOT NULL,
	status TEXT NOT NULL,
	asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
	ready_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_offer_round PRIMARY KEY (tenant_id, application_id, round_no),
	CONSTRAINT ck_offer_round_status CHECK (status IN ('asking', 'ready', 'accepted', 'lapsed', 'withdrawn')),
	CONSTRAINT ck_offer_round_amounts CHECK (amount_minor > 0 AND limit_minor > 0),
	CONSTRAINT ck_offer_round_round_no CHECK (round_no > 0)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON offer_round TO caas_app;
ALTER TABLE offer_round ENABLE ROW LEVEL SECURITY;
ALTER TABLE offer_round FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON offer_round USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE lender_answer (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	application_id UUID NOT NULL,
	round_no SMALLINT NOT NULL,
	lender TEXT NOT NULL,
	lender_name TEXT NOT NULL,
	outcome TEXT NOT NULL,
	reason TEXT,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	CONSTRAINT pk_lender_answer PRIMARY KEY (tenant_id, application_id, round_no, lender),
	CONSTRAINT fk_lender_answer_tenant_id_application_id_round_no FOREIGN KEY(tenant_id, application_id, round_no) REFERENCES offer_round (tenant_id, application_id, round_no),
	CONSTRAINT ck_lender_answer_outcome CHECK (outcome IN ('quoted', 'declined', 'not_eligible', 'no_answer')),
	CONSTRAINT ck_lender_answer_reason CHECK ((outcome = 'quoted') = (reason IS NULL))
);
GRANT SELECT, INSERT ON lender_answer TO caas_app;
ALTER TABLE lender_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE lender_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON lender_answer USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON lender_answer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE offer (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	round_no SMALLINT NOT NULL,
	lender TEXT NOT NULL,
	lender_name TEXT NOT NULL,
	status TEXT NOT NULL,
	terms JSONB NOT NULL,
	receive_minor BIGINT NOT NULL,
	instalment_minor BIGINT NOT NULL,
	total_repayable_minor BIGINT NOT NULL,
	total_interest_minor BIGINT NOT NULL,
	total_fees_minor BIGINT NOT NULL,
	total_cost_minor BIGINT NOT NULL,
	apr_pct NUMERIC NOT NULL,
	effective_apr_pct NUMERIC,
	first_due_on DATE NOT NULL,
	last_due_on DATE NOT NULL,
	credit_limit_minor BIGINT,
	priced_on DATE NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
	accepted_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_offer PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_offer_tenant_id_application_id_round_no FOREIGN KEY(tenant_id, application_id, round_no) REFERENCES offer_round (tenant_id, application_id, round_no),
	CONSTRAINT uq_offer_tenant_id_application_id_round_no_lender UNIQUE (tenant_id, application_id, round_no, lender),
	CONSTRAINT ck_offer_status CHECK (status IN ('open', 'accepted', 'lapsed', 'expired', 'withdrawn')),
	CONSTRAINT ck_offer_accepted CHECK ((status = 'accepted') = (accepted_at IS NOT NULL)),
	CONSTRAINT ck_offer_amounts CHECK (receive_minor > 0 AND instalment_minor > 0 AND total_repayable_minor > 0),
	CONSTRAINT ck_offer_costs CHECK (total_interest_minor >= 0 AND total_fees_minor >= 0),
	CONSTRAINT ck_offer_cost_is_the_sum CHECK (total_cost_minor = total_interest_minor + total_fees_minor),
	CONSTRAINT ck_offer_cost_is_the_difference CHECK (total_cost_minor = total_repayable_minor - receive_minor),
	CONSTRAINT ck_offer_credit_limit CHECK (credit_limit_minor > 0)
);
CREATE INDEX ix_offer_open ON offer (tenant_id, expires_at) WHERE status = 'open';
CREATE UNIQUE INDEX uq_offer_accepted ON offer (tenant_id, application_id) WHERE status = 'accepted';
GRANT SELECT, INSERT, UPDATE, DELETE ON offer TO caas_app;
ALTER TABLE offer ENABLE ROW LEVEL SECURITY;
ALTER TABLE offer FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON offer USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

