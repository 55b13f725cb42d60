CREATE TABLE borrower_loan (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	loan_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	closed_on DATE,
	CONSTRAINT pk_borrower_loan PRIMARY KEY (tenant_id, loan_id)
);
CREATE INDEX ix_borrower_loan_user ON borrower_loan (tenant_id, user_id);
GRANT SELECT, INSERT, UPDATE ON borrower_loan TO caas_app;
ALTER TABLE borrower_loan ENABLE ROW LEVEL SECURITY;
ALTER TABLE borrower_loan FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON borrower_loan USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE credit_policy (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	applies_to TEXT NOT NULL,
	version INTEGER NOT NULL,
	state TEXT NOT NULL,
	rule_set JSONB NOT NULL,
	scorecard JSONB,
	note TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_at TIMESTAMP WITH TIME ZONE NOT NULL,
	activated_by TEXT,
	activated_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_credit_policy PRIMARY KEY (tenant_id, id),
	CONSTRAINT ck_credit_policy_state CHECK (state IN ('draft', 'active', 'retired')),
	CONSTRAINT ck_credit_policy_activated CHECK ((state = 'draft') = (activated_at IS NULL)),
	CONSTRAINT ck_credit_policy_four_eyes CHECK (created_by LIKE 'system:%%' OR activated_by <> created_by)
);
CREATE UNIQUE INDEX uq_credit_policy_active ON credit_policy (tenant_id, applies_to) WHERE state = 'active';
CREATE UNIQUE INDEX uq_credit_policy_version ON credit_policy (tenant_id, applies_to, version);
GRANT SELECT, INSERT, UPDATE ON credit_policy TO caas_app;
ALTER TABLE credit_policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_policy FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON credit_policy USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

-- What was decided under a version stays explicable: only whether it decides ever changes, and never back.
CREATE FUNCTION keep_credit_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.tenant_id, NEW.id, NEW.applies_to, NEW.version, NEW.rule_set, NEW.scorecard, NEW.note, NEW.created_by,
            NEW.created_at)
        IS DISTINCT FROM (OLD.tenant_id, OLD.id, OLD.applies_to, OLD.version, OLD.rule_set, OLD.scorecard, OLD.note,
            OLD.created_by, OLD.created_at)
        OR (OLD.state <> 'draft' AND (NEW.activated_by, NEW.activated_at) IS DISTINCT FROM (OLD.activated_by,
            OLD.activated_at))
        OR (OLD.state = 'retired' AND NEW.state <> 'retired')
        OR (OLD.state = 'active' AND NEW.state = 'draft')
    THEN
        RAISE EXCEPTION 'a version of a credit policy never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_credit_policy BEFORE UPDATE ON credit_policy
    FOR EACH ROW EXECUTE FUNCTION keep_credit_policy();

CREATE TABLE missed_repayment (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	loan_id UUID NOT NULL,
	number INTEGER NOT NULL,
	user_id UUID NOT NULL,
	due_on DATE NOT NULL,
	CONSTRAINT pk_missed_repayment PRIMARY KEY (tenant_id, loan_id, number)
);
CREATE INDEX ix_missed_repayment_user ON missed_repayment (tenant_id, user_id);
GRANT SELECT, INSERT, UPDATE ON missed_repayment TO caas_app;
ALTER TABLE missed_repayment ENABLE ROW LEVEL SECURITY;
ALTER TABLE missed_repayment FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON missed_repayment USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE credit_decision (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	revision INTEGER NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	by_person BOOLEAN NOT NULL,
	made_by TEXT NOT NULL,
	made_at TIMESTAMP WITH TIME ZONE NOT NULL,
	outcome TEXT NOT NULL,
	limit_minor BIGINT NOT NULL,
	currency TEXT NOT NULL,
	reasons JSONB NOT NULL,
	score INTEGER,
	score_band TEXT NOT NULL,
	policy_id UUID NOT NULL,
	policy_version INTEGER NOT NULL,
	engine INTEGER NOT NULL,
	inputs_sha256 TEXT NOT NULL,
	sealed_inputs BYTEA,
	sealed_answer BYTEA,
	follows_id UUID,
	sealed_note BYTEA,
	CONSTRAINT pk_credit_decision PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_credit_decision_tenant_id_policy_id FOREIGN KEY(tenant_id, policy_id) REFERENCES credit_policy (tenant_id, id),
	CONSTRAINT fk_credit_decision_tenant_id_follows_id FOREIGN KEY(tenant_id, follows_id) REFERENCES credit_decision (tenant_id, id),
	CONSTRAINT ck_credit_decision_outcome CHECK (outcome IN ('approve', 'decline', 'refer', 'more_info')),
	CONSTRAINT ck_credit_decision_limit CHECK ((outcome = 'approve') = (limit_minor > 0) AND limit_minor >= 0),
	CONSTRAINT ck_credit_decision_maker CHECK (by_person = (follows_id IS NOT NULL) AND by_person = (sealed_inputs IS NULL) AND by_person = (sealed_answer IS NULL) AND NOT (by_person AND outcome = 'refer'))
);
CREATE INDEX ix_credit_decision_application ON credit_decision (tenant_id, application_id, id);
CREATE UNIQUE INDEX uq_credit_decision_engine ON credit_decision (tenant_id, application_id, revision) WHERE NOT by_person;
CREATE UNIQUE INDEX uq_credit_decision_person ON credit_decision (tenant_id, follows_id) WHERE by_person;
GRANT SELECT, INSERT ON credit_decision TO caas_app;
ALTER TABLE credit_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON credit_decision USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON credit_decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE referral (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	application_id UUID NOT NULL,
	decision_id UUID NOT NULL,
	user_id UUID NOT NULL,
	business_id UUID,
	state TEXT NOT NULL,
	currency TEXT NOT NULL,
	requested_minor BIGINT NOT NULL,
	possible_limit_minor BIGINT NOT NULL,
	second_above_minor BIGINT,
	opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
	verdict_by TEXT,
	verdict_at TIMESTAMP WITH TIME ZONE,
	verdict_outcome TEXT,
	verdict_limit_minor BIGINT,
	verdict_reasons JSONB,
	sealed_note BYTEA,
	confirmed_by TEXT,
	decided_at TIMESTAMP WITH TIME ZONE,
	CONSTRAINT pk_referral PRIMARY KEY (tenant_id, id),
	CONSTRAINT fk_referral_tenant_id_decision_id FOREIGN KEY(tenant_id, decision_id) REFERENCES credit_decision (tenant_id, id),
	CONSTRAINT ck_referral_state CHECK (state IN ('open', 'awaiting_second', 'decided', 'closed')),
	CONSTRAINT ck_referral_requested CHECK (requested_minor > 0),
	CONSTRAINT ck_referral_verdict CHECK (state NOT IN ('awaiting_second', 'decided') OR verdict_by IS NOT NULL),
	CONSTRAINT ck_referral_four_eyes CHECK (confirmed_by <> verdict_by),
	CONSTRAINT ck_referral_second CHECK (state <> 'decided' OR verdict_outcome <> 'approve' OR second_above_minor IS NULL OR verdict_limit_minor <= second_above_minor OR confirmed_by IS NOT NULL)
);
CREATE INDEX ix_referral_application ON referral (tenant_id, application_id);
CREATE INDEX ix_referral_state ON referral (tenant_id, state, id);
CREATE UNIQUE INDEX uq_referral_decision ON referral (tenant_id, decision_id);
GRANT SELECT, INSERT, UPDATE ON referral TO caas_app;
ALTER TABLE referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON referral USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
