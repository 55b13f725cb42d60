-- The books: a chart per tenant, journals and their postings, guarded balances, the chain of seals, sums a day.

CREATE SEQUENCE ledger_position;
GRANT USAGE ON SEQUENCE ledger_position TO caas_app;

CREATE TABLE ledger_account (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	code TEXT NOT NULL,
	number SMALLINT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	guarded BOOLEAN NOT NULL,
	CONSTRAINT pk_ledger_account PRIMARY KEY (tenant_id, code),
	CONSTRAINT ck_ledger_account_kind CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense'))
);
GRANT SELECT, INSERT ON ledger_account TO caas_app;
ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_account FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ledger_account USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE ledger_chart (
	code TEXT NOT NULL,
	number SMALLINT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	guarded BOOLEAN NOT NULL,
	CONSTRAINT pk_ledger_chart PRIMARY KEY (code),
	CONSTRAINT ck_ledger_chart_kind CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
	CONSTRAINT uq_ledger_chart_number UNIQUE (number)
);
GRANT SELECT ON ledger_chart TO caas_app;

CREATE TABLE ledger_day (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	account TEXT NOT NULL,
	currency TEXT NOT NULL,
	effective_on DATE NOT NULL,
	debit_minor BIGINT NOT NULL,
	credit_minor BIGINT NOT NULL,
	CONSTRAINT pk_ledger_day PRIMARY KEY (tenant_id, account, currency, effective_on),
	CONSTRAINT ck_ledger_day_volumes CHECK (debit_minor >= 0 AND credit_minor >= 0)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_day TO caas_app;
ALTER TABLE ledger_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_day FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ledger_day USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE ledger_guard (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	account TEXT NOT NULL,
	currency TEXT NOT NULL,
	loan_id UUID NOT NULL,
	party_id UUID NOT NULL,
	balance_minor BIGINT NOT NULL,
	CONSTRAINT pk_ledger_guard PRIMARY KEY (tenant_id, account, currency, loan_id, party_id),
	CONSTRAINT ck_ledger_guard_not_below_zero CHECK (balance_minor >= 0)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_guard TO caas_app;
ALTER TABLE ledger_guard ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_guard FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ledger_guard USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE ledger_journal (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	id UUID NOT NULL,
	key TEXT NOT NULL,
	content_hash BYTEA NOT NULL,
	kind TEXT NOT NULL,
	effective_on DATE NOT NULL,
	description TEXT NOT NULL,
	source TEXT NOT NULL,
	source_id UUID,
	reverses UUID,
	posting_count SMALLINT NOT NULL,
	posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
	xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
	position BIGINT DEFAULT nextval('ledger_position') NOT NULL,
	CONSTRAINT pk_ledger_journal PRIMARY KEY (tenant_id, id),
	CONSTRAINT uq_ledger_journal_key UNIQUE (tenant_id, key),
	CONSTRAINT fk_ledger_journal_tenant_id_reverses FOREIGN KEY(tenant_id, reverses) REFERENCES ledger_journal (tenant_id, id),
	CONSTRAINT ck_ledger_journal_content_hash CHECK (octet_length(content_hash) = 32),
	CONSTRAINT ck_ledger_journal_posting_count CHECK (posting_count >= 2)
);
CREATE INDEX ix_ledger_journal_order ON ledger_journal (tenant_id, xid, position);
CREATE INDEX ix_ledger_journal_source ON ledger_journal (tenant_id, source_id);
CREATE UNIQUE INDEX uq_ledger_journal_reverses ON ledger_journal (tenant_id, reverses) WHERE reverses IS NOT NULL;
GRANT SELECT, INSERT ON ledger_journal TO caas_app;
ALTER TABLE ledger_journal ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_journal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ledger_journal USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE ledger_posting (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	journal_id UUID NOT NULL,
	line SMALLINT NOT NULL,
	account TEXT NOT NULL,
	currency TEXT NOT NULL,
	amount_minor BIGINT NOT NULL,
	loan_id UUID,
	party_id UUID,
	CONSTRAINT pk_ledger_posting PRIMARY KEY (tenant_id, journal_id, line),
	CONSTRAINT fk_ledger_posting_tenant_id_journal_id FOREIGN KEY(tenant_id, journal_id) REFERENCES ledger_journal (tenant_id, id),
	CONSTRAINT ck_ledger_posting_amount_minor CHECK (amount_minor <> 0 AND abs(amount_minor) <= 1000000000000000),
	CONSTRAINT ck_ledger_posting_currency CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX ix_ledger_posting_account ON ledger_posting (tenant_id, account, journal_id);
CREATE INDEX ix_ledger_posting_loan ON ledger_posting (tenant_id, loan_id, account) INCLUDE (currency, amount_minor) WHERE loan_id IS NOT NULL;
GRANT SELECT, INSERT ON ledger_posting TO caas_app;
ALTER TABLE ledger_posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_posting FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ledger_posting USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE ledger_seal (
	tenant_id UUID DEFAULT current_tenant() NOT NULL,
	height BIGINT NOT NULL,
	journal_id UUID NOT NULL,
	journal_xid xid8 NOT NULL,
	journal_position BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	CONSTRAINT pk_ledger_seal PRIMARY KEY (tenant_id, height),
	CONSTRAINT uq_ledger_seal_journal_id UNIQUE (tenant_id, journal_id),
	CONSTRAINT fk_ledger_seal_tenant_id_journal_id FOREIGN KEY(tenant_id, journal_id) REFERENCES ledger_journal (tenant_id, id),
	CONSTRAINT ck_ledger_seal_height CHECK (height >= 1),
	CONSTRAINT ck_ledger_seal_hash CHECK (octet_length(hash) = 32)
);
GRANT SELECT, INSERT ON ledger_seal TO caas_app;
ALTER TABLE ledger_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_seal FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ledger_seal USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What every tenant's books may open with; the same as LENDER_CHART, which a test holds it to.
INSERT INTO ledger_chart (code, number, name, kind, guarded) VALUES
    ('rail_cash', 1000, 'Cash at payment rails', 'asset', false),
    ('payouts_in_transit', 1050, 'Payouts in transit', 'asset', false),
    ('loans_principal', 1100, 'Loans: principal', 'asset', true),
    ('interest_receivable', 1110, 'Loans: interest receivable', 'asset', false),
    ('fees_receivable', 1120, 'Loans: fees receivable', 'asset', false),
    ('penalties_receivable', 1130, 'Loans: penalties receivable', 'asset', false),
    ('unallocated_receipts', 2000, 'Unallocated receipts', 'liability', false),
    ('borrower_credit', 2100, 'Borrowers'' credit balances', 'liability', true),
    ('lender_funding', 2200, 'Owed to funding lenders', 'liability', false),
    ('fx_position', 2900, 'Foreign-exchange position', 'liability', false),
    ('capital', 3000, 'Capital', 'equity', false),
    ('interest_income', 4000, 'Interest income', 'income', false),
    ('fee_income', 4100, 'Fee income', 'income', false),
    ('penalty_income', 4200, 'Penalty income', 'income', false),
    ('recovery_income', 4300, 'Recoveries of loans written off', 'income', false),
    ('writeoff_expense', 5000, 'Loans written off', 'expense', false),
    ('waiver_expense', 5010, 'Interest, fees and penalties waived', 'expense', false),
    ('rail_charges', 5100, 'Charges of payment rails', 'expense', false);

-- Nothing in the books is changed or removed: not by the owner, and not in a session that plays a replica.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger_account', 'ledger_journal', 'ledger_posting', 'ledger_seal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER no_truncate', name);
    END LOOP;
END $$;

-- Refuses a journal without all of its postings, when the transaction ends; and one dated into another transaction,
-- which the sealing cursor might have passed already.
CREATE FUNCTION ledger_check_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'journal % bears the id of another transaction', NEW.key USING ERRCODE = 'CL003';
    END IF;
    IF NEW.posting_count <> (SELECT count(*) FROM ledger_posting p WHERE p.tenant_id = NEW.tenant_id AND p.journal_id = NEW.id) THEN
        RAISE EXCEPTION 'journal % lacks postings', NEW.key USING ERRCODE = 'CL003';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER complete AFTER INSERT ON ledger_journal DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_journal();
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER complete;

-- Takes postings only as whole journals of this transaction, balanced per currency, on accounts that exist; and keeps
-- guarded accounts from falling below zero. Accounts are never removed, so looking them up once is as good as a foreign
-- key, without its row locks on the accounts that everybody posts to.
CREATE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    wrong record;
    owner record;
BEGIN
    SELECT f.journal_id INTO wrong
      FROM (SELECT tenant_id, journal_id, count(*) AS lines, min(line) AS low, max(line) AS high
              FROM fresh GROUP BY tenant_id, journal_id) f
      LEFT JOIN ledger_journal j ON j.tenant_id = f.tenant_id AND j.id = f.journal_id
     WHERE j.xid IS DISTINCT FROM pg_current_xact_id()
        OR f.lines <> j.posting_count OR f.low <> 1 OR f.high <> j.posting_count
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % is not posted as a whole', wrong.journal_id USING ERRCODE = 'CL003';
    END IF;

    SELECT f.journal_id, f.currency, sum(f.amount_minor) AS difference INTO wrong
      FROM fresh f GROUP BY f.tenant_id, f.journal_id, f.currency HAVING sum(f.amount_minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % does not balance in %: %', wrong.journal_id, wrong.currency, wrong.difference
            USING ERRCODE = 'CL002';
    END IF;

    SELECT f.account INTO wrong
      FROM fresh f LEFT JOIN ledger_account a ON a.tenant_id = f.tenant_id AND a.code = f.account
     WHERE a.code IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'there is no account %', wrong.account USING ERRCODE = 'CL004', DETAIL = wrong.account;
    END IF;

    -- In key order, so that two transactions never wait for each other crosswise.
    FOR owner IN
        SELECT f.tenant_id, f.account, f.currency, coalesce(f.loan_id, nobody) AS loan_id, coalesce(f.party_id, nobody) AS party_id,
               sum(CASE WHEN a.kind IN ('asset', 'expense') THEN f.amount_minor ELSE -f.amount_minor END)::bigint AS change
          FROM fresh f JOIN ledger_account a ON a.tenant_id = f.tenant_id AND a.code = f.account
         WHERE a.guarded GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    LOOP
        IF owner.change >= 0 THEN
            INSERT INTO ledger_guard AS g (tenant_id, account, currency, loan_id, party_id, balance_minor)
            VALUES (owner.tenant_id, owner.account, owner.currency, owner.loan_id, owner.party_id, owner.change)
            ON CONFLICT (tenant_id, account, currency, loan_id, party_id)
            DO UPDATE SET balance_minor = g.balance_minor + excluded.balance_minor;
        ELSE
            UPDATE ledger_guard g SET balance_minor = g.balance_minor + owner.change
             WHERE g.tenant_id = owner.tenant_id AND g.account = owner.account AND g.currency = owner.currency
               AND g.loan_id = owner.loan_id AND g.party_id = owner.party_id AND g.balance_minor >= -owner.change;
            IF NOT FOUND THEN
                RAISE EXCEPTION '% would fall below zero', owner.account
                    USING ERRCODE = 'CL005', DETAIL = owner.account || ' ' || owner.currency;
            END IF;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER whole_and_balanced AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings();
ALTER TABLE ledger_posting ENABLE ALWAYS TRIGGER whole_and_balanced;

-- Opens those of the given accounts (null: all) that the chart has and the tenant does not.
CREATE FUNCTION ledger_open(codes text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_account (code, number, name, kind, guarded)
    SELECT c.code, c.number, c.name, c.kind, c.guarded
      FROM ledger_chart c
     WHERE (codes IS NULL OR c.code = ANY (codes))
       AND NOT EXISTS (SELECT FROM ledger_account a WHERE a.tenant_id = current_tenant() AND a.code = c.code)
     ORDER BY c.code
    ON CONFLICT (tenant_id, code) DO NOTHING
$$;

-- Posts an array of journals in one round trip. Each happens once for its key: where the key stands already, the stored
-- journal is the answer if its content hash is the same (`replayed`), and CL001 is raised if it is not. Keys and guarded
-- balances are taken in sorted order. Accounts of the chart open themselves when they are first posted to.
CREATE FUNCTION ledger_post(journals jsonb, at timestamptz)
    RETURNS TABLE (place bigint, id uuid, posted_at timestamptz, content_hash bytea, replayed boolean)
    LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    reused text;
    inserted uuid[];
BEGIN
    WITH fresh AS (
        INSERT INTO ledger_journal (id, key, content_hash, kind, effective_on, description, source, source_id, reverses, posting_count, posted_at)
        SELECT j.id, j.key, decode(j.content_hash, 'hex'), j.kind, j.effective_on, j.description, j.source, j.source_id, j.reverses,
               jsonb_array_length(j.postings), at
          FROM jsonb_to_recordset(journals) AS j (id uuid, key text, content_hash text, kind text, effective_on date,
               description text, source text, source_id uuid, reverses uuid, postings jsonb)
         ORDER BY j.key
        ON CONFLICT (tenant_id, key) DO NOTHING
        RETURNING id)
    SELECT coalesce(array_agg(fresh.id), '{}') INTO inserted FROM fresh;

    SELECT j.key INTO reused
      FROM jsonb_to_recordset(journals) AS j (key text, content_hash text)
      LEFT JOIN ledger_journal stored ON stored.tenant_id = current_tenant() AND stored.key = j.key
     WHERE stored.content_hash IS DISTINCT FROM decode(j.content_hash, 'hex')
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the key % stands for another journal', reused USING ERRCODE = 'CL001', DETAIL = reused;
    END IF;

    IF cardinality(inserted) > 0 THEN
        PERFORM ledger_open(ARRAY(SELECT DISTINCT p ->> 'account' FROM jsonb_path_query(journals, '$[*].postings[*]') AS p));

        INSERT INTO ledger_posting (journal_id, line, account, currency, amount_minor, loan_id, party_id)
        SELECT (j ->> 'id')::uuid, p.line, p.posting ->> 'account', p.posting ->> 'currency', (p.posting ->> 'amount_minor')::bigint,
               (p.posting ->> 'loan_id')::uuid, (p.posting ->> 'party_id')::uuid
          FROM jsonb_array_elements(journals) AS j
         CROSS JOIN jsonb_array_elements(j -> 'postings') WITH ORDINALITY AS p (posting, line)
         WHERE (j ->> 'id')::uuid = ANY (inserted);
    END IF;

    RETURN QUERY
    SELECT j.place, stored.id, stored.posted_at, stored.content_hash, stored.id <> (j.journal ->> 'id')::uuid
      FROM jsonb_array_elements(journals) WITH ORDINALITY AS j (journal, place)
      JOIN ledger_journal stored ON stored.tenant_id = current_tenant() AND stored.key = j.journal ->> 'key'
     ORDER BY j.place;
END $$;

-- Journals with their postings gathered in the order of their lines, and their place in the order of commits.
CREATE VIEW ledger_whole WITH (security_invoker = true) AS
    SELECT j.id, j.key, j.kind, j.effective_on, j.description, j.source, j.source_id, j.reverses, j.posted_at, j.content_hash,
           j.xid, j.position,
           (SELECT jsonb_agg(jsonb_build_array(p.account, p.currency, p.amount_minor, p.loan_id, p.party_id) ORDER BY p.line)
              FROM ledger_posting p WHERE p.tenant_id = j.tenant_id AND p.journal_id = j.id) AS postings
      FROM ledger_journal j WHERE j.tenant_id = current_tenant();
GRANT SELECT ON ledger_whole TO caas_app;

-- Debits and credits of each account in each currency, up to and including a day: sums of what is sealed, and the
-- postings that came since.
CREATE FUNCTION ledger_volumes(until date) RETURNS TABLE (account text, currency text, debit_minor bigint, credit_minor bigint)
    STABLE LANGUAGE sql AS $$
    WITH head AS (
        SELECT journal_xid, journal_position FROM ledger_seal WHERE tenant_id = current_tenant() ORDER BY height DESC LIMIT 1),
    counted AS (
        SELECT d.account, d.currency, d.debit_minor, d.credit_minor
          FROM ledger_day d
         WHERE d.tenant_id = current_tenant() AND (until IS NULL OR d.effective_on <= until)
         UNION ALL
        SELECT p.account, p.currency, greatest(p.amount_minor, 0), greatest(-p.amount_minor, 0)
          FROM ledger_journal j JOIN ledger_posting p ON p.tenant_id = j.tenant_id AND p.journal_id = j.id
         WHERE j.tenant_id = current_tenant() AND (until IS NULL OR j.effective_on <= until)
           AND (j.xid, j.position) > (coalesce((SELECT journal_xid FROM head), '0'::xid8), coalesce((SELECT journal_position FROM head), 0)))
    SELECT account, currency, sum(debit_minor)::bigint, sum(credit_minor)::bigint
      FROM counted GROUP BY account, currency ORDER BY account, currency
$$;

-- Adds newly sealed journals to the sums a day.
CREATE FUNCTION ledger_add_days(journals uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_day AS d (account, currency, effective_on, debit_minor, credit_minor)
    SELECT p.account, p.currency, j.effective_on, sum(greatest(p.amount_minor, 0)), sum(greatest(-p.amount_minor, 0))
      FROM ledger_journal j JOIN ledger_posting p ON p.tenant_id = j.tenant_id AND p.journal_id = j.id
     WHERE j.tenant_id = current_tenant() AND j.id = ANY (journals)
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (tenant_id, account, currency, effective_on)
    DO UPDATE SET debit_minor = d.debit_minor + excluded.debit_minor, credit_minor = d.credit_minor + excluded.credit_minor
$$;

-- What is wrong with the current tenant's books, a line each; none while they are whole. At most a hundred of each kind.
CREATE FUNCTION ledger_faults() RETURNS SETOF text STABLE LANGUAGE sql AS $$
    (SELECT format('journal %s does not balance in %s', p.journal_id, p.currency)
       FROM ledger_posting p WHERE p.tenant_id = current_tenant()
      GROUP BY p.journal_id, p.currency HAVING sum(p.amount_minor) <> 0 LIMIT 100)
    UNION ALL
    (SELECT format('journal %s lacks postings', j.id)
       FROM ledger_journal j WHERE j.tenant_id = current_tenant()
        AND j.posting_count <> (SELECT count(*) FROM ledger_posting p WHERE p.tenant_id = j.tenant_id AND p.journal_id = j.id) LIMIT 100)
    UNION ALL
    (SELECT format('the guarded balance of %s for loan %s in %s is not the sum of its postings', account, loan_id, currency)
       FROM (SELECT g.account, g.currency, g.loan_id, g.party_id, g.balance_minor FROM ledger_guard g WHERE g.tenant_id = current_tenant()
              UNION ALL
             SELECT p.account, p.currency, coalesce(p.loan_id, '00000000-0000-0000-0000-000000000000'),
                    coalesce(p.party_id, '00000000-0000-0000-0000-000000000000'),
                    CASE WHEN a.kind IN ('asset', 'expense') THEN -p.amount_minor ELSE p.amount_minor END
               FROM ledger_posting p JOIN ledger_account a ON a.tenant_id = p.tenant_id AND a.code = p.account
              WHERE p.tenant_id = current_tenant() AND a.guarded) both_sides
      GROUP BY account, currency, loan_id, party_id HAVING sum(balance_minor) <> 0 LIMIT 100)
    UNION ALL
    (SELECT format('journal %s was passed over by the seals', j.id)
       FROM ledger_journal j WHERE j.tenant_id = current_tenant()
        AND (j.xid, j.position) <= (SELECT journal_xid, journal_position FROM ledger_seal WHERE tenant_id = current_tenant() ORDER BY height DESC LIMIT 1)
        AND NOT EXISTS (SELECT FROM ledger_seal s WHERE s.tenant_id = j.tenant_id AND s.journal_id = j.id) LIMIT 100)
    UNION ALL
    (SELECT format('the sums of %s in %s on %s are not those of its sealed postings', account, currency, effective_on)
       FROM (SELECT d.account, d.currency, d.effective_on, d.debit_minor, d.credit_minor FROM ledger_day d WHERE d.tenant_id = current_tenant()
              UNION ALL
             SELECT p.account, p.currency, j.effective_on, -greatest(p.amount_minor, 0), -greatest(-p.amount_minor, 0)
               FROM ledger_seal s
               JOIN ledger_journal j ON j.tenant_id = s.tenant_id AND j.id = s.journal_id
               JOIN ledger_posting p ON p.tenant_id = j.tenant_id AND p.journal_id = j.id
              WHERE s.tenant_id = current_tenant()) both_sides
      GROUP BY account, currency, effective_on HAVING sum(debit_minor) <> 0 OR sum(credit_minor) <> 0 LIMIT 100)
$$;
