-- The books, second edition: charts with parents, contra accounts, floors and tokens; holds; periods that close; posting
-- that no account slows down; a chain over everything that is written, sealed in signed blocks.

DROP FUNCTION ledger_post(jsonb, timestamptz);
DROP VIEW ledger_whole;
DROP FUNCTION ledger_volumes(date);
DROP FUNCTION ledger_add_days(uuid[]);
DROP FUNCTION ledger_faults();
DROP FUNCTION ledger_open(text[]);
DROP FUNCTION ledger_check_journal() CASCADE;
DROP FUNCTION ledger_check_postings() CASCADE;

-- The chain of the first edition covered journals alone. It begins anew, over all kinds of entries; what it was made
-- from stays as it is.
DROP TABLE ledger_seal, ledger_guard, ledger_day;

-- The owner is bound by these as everybody is, except while the tables are rebuilt.
ALTER TABLE ledger_account NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_journal NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_posting NO FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger_account DISABLE TRIGGER append_only;
ALTER TABLE ledger_posting DISABLE TRIGGER append_only;

DROP TABLE ledger_chart;
CREATE TABLE ledger_chart (
    code TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    normal_side TEXT NOT NULL,
    parent TEXT,
    postable BOOLEAN NOT NULL,
    floor_minor BIGINT,
    CONSTRAINT pk_ledger_chart PRIMARY KEY (code),
    CONSTRAINT uq_ledger_chart_number UNIQUE (number),
    CONSTRAINT fk_ledger_chart_parent FOREIGN KEY (parent) REFERENCES ledger_chart (code),
    CONSTRAINT ck_ledger_chart_kind CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
    CONSTRAINT ck_ledger_chart_normal_side CHECK (normal_side IN ('debit', 'credit'))
);
GRANT SELECT ON ledger_chart TO caas_app;

ALTER TABLE ledger_account
    DROP CONSTRAINT pk_ledger_account,
    ALTER COLUMN number TYPE INTEGER,
    ADD COLUMN id UUID NOT NULL DEFAULT uuidv7(),
    ADD COLUMN normal_side TEXT,
    ADD COLUMN parent TEXT,
    ADD COLUMN postable BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN floor_minor BIGINT,
    ADD COLUMN unit TEXT,
    ADD COLUMN exponent SMALLINT,
    ADD COLUMN opened_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    ADD COLUMN xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    ADD COLUMN position BIGINT DEFAULT nextval('ledger_position') NOT NULL;
UPDATE ledger_account SET normal_side = CASE WHEN kind IN ('asset', 'expense') THEN 'debit' ELSE 'credit' END,
                          floor_minor = CASE WHEN guarded THEN 0 END;
ALTER TABLE ledger_account
    DROP COLUMN guarded,
    ALTER COLUMN normal_side SET NOT NULL,
    ALTER COLUMN postable DROP DEFAULT,
    ALTER COLUMN opened_at DROP DEFAULT,
    ADD CONSTRAINT pk_ledger_account PRIMARY KEY (tenant_id, code),
    ADD CONSTRAINT ck_ledger_account_normal_side CHECK (normal_side IN ('debit', 'credit')),
    ADD CONSTRAINT ck_ledger_account_code CHECK (code ~ '^[a-z][a-z0-9_]{1,47}$'),
    ADD CONSTRAINT ck_ledger_account_floor CHECK (postable OR floor_minor IS NULL),
    ADD CONSTRAINT ck_ledger_account_unit CHECK (unit ~ '^[A-Z][A-Z0-9]{2,11}$' AND exponent BETWEEN 0 AND 12
        OR unit IS NULL AND exponent IS NULL);
CREATE INDEX ix_ledger_account_order ON ledger_account (tenant_id, xid, position);

ALTER TABLE ledger_journal
    DROP CONSTRAINT fk_ledger_journal_tenant_id_reverses,
    ADD COLUMN asked_on DATE,
    ADD COLUMN metadata JSONB DEFAULT '{}' NOT NULL,
    ADD CONSTRAINT ck_ledger_journal_asked_on CHECK (asked_on < effective_on);
DROP INDEX ix_ledger_journal_source;
CREATE INDEX ix_ledger_journal_source ON ledger_journal (tenant_id, source_id) WHERE source_id IS NOT NULL;

ALTER TABLE ledger_posting
    DROP CONSTRAINT fk_ledger_posting_tenant_id_journal_id,
    DROP CONSTRAINT ck_ledger_posting_currency,
    ADD COLUMN effective_on DATE;
UPDATE ledger_posting p SET effective_on = j.effective_on
  FROM ledger_journal j WHERE j.tenant_id = p.tenant_id AND j.id = p.journal_id;
ALTER TABLE ledger_posting
    ALTER COLUMN effective_on SET NOT NULL,
    ADD CONSTRAINT ck_ledger_posting_currency CHECK (currency ~ '^[A-Z][A-Z0-9]{2,11}$');
DROP INDEX ix_ledger_posting_account;
CREATE INDEX ix_ledger_posting_account ON ledger_posting (tenant_id, account, effective_on, journal_id, line);

-- The balance, on its normal side, of each loan and party on an account with a floor: the row that postings to it
-- compete for. Accounts without a floor have none, so that nobody waits for anybody on them.
CREATE TABLE ledger_balance (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    loan_id UUID NOT NULL,
    party_id UUID NOT NULL,
    balance_minor BIGINT NOT NULL,
    held_minor BIGINT DEFAULT 0 NOT NULL,
    queued_minor BIGINT DEFAULT 0 NOT NULL,
    floor_minor BIGINT NOT NULL,
    CONSTRAINT pk_ledger_balance PRIMARY KEY (tenant_id, account, currency, loan_id, party_id),
    CONSTRAINT ck_ledger_balance_reserved CHECK (held_minor >= 0 AND queued_minor >= 0)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX ix_ledger_balance_reserved ON ledger_balance (tenant_id, account, currency) WHERE held_minor > 0 OR queued_minor > 0;
GRANT SELECT ON ledger_balance TO caas_app;
ALTER TABLE ledger_balance ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_balance FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON ledger_balance USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));

CREATE TABLE ledger_hold (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    id UUID NOT NULL,
    key TEXT NOT NULL,
    content_hash BYTEA NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    loan_id UUID,
    party_id UUID,
    amount_minor BIGINT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    description TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id UUID,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    position BIGINT DEFAULT nextval('ledger_position') NOT NULL,
    CONSTRAINT pk_ledger_hold PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_ledger_hold_key UNIQUE (tenant_id, key),
    CONSTRAINT ck_ledger_hold_kind CHECK (kind IN ('hold', 'queued_debit')),
    CONSTRAINT ck_ledger_hold_amount_minor CHECK (amount_minor BETWEEN 1 AND 1000000000000000),
    CONSTRAINT ck_ledger_hold_content_hash CHECK (octet_length(content_hash) = 32)
);
CREATE INDEX ix_ledger_hold_order ON ledger_hold (tenant_id, xid, position);
CREATE INDEX ix_ledger_hold_account ON ledger_hold (tenant_id, account, id);

CREATE TABLE ledger_hold_end (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    hold_id UUID NOT NULL,
    id UUID NOT NULL,
    outcome TEXT NOT NULL,
    posted_minor BIGINT NOT NULL,
    journal_key TEXT,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    position BIGINT DEFAULT nextval('ledger_position') NOT NULL,
    CONSTRAINT pk_ledger_hold_end PRIMARY KEY (tenant_id, hold_id),
    CONSTRAINT fk_ledger_hold_end_tenant_id_hold_id FOREIGN KEY (tenant_id, hold_id) REFERENCES ledger_hold (tenant_id, id),
    CONSTRAINT ck_ledger_hold_end_outcome CHECK (outcome = 'posted' AND posted_minor > 0 AND journal_key IS NOT NULL
        OR outcome IN ('voided', 'expired') AND posted_minor = 0 AND journal_key IS NULL)
);
CREATE INDEX ix_ledger_hold_end_order ON ledger_hold_end (tenant_id, xid, position);

-- Which holds have not ended; kept by the database, so that what has expired is found without reading all that ever did.
CREATE TABLE ledger_open_hold (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    hold_id UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_ledger_open_hold PRIMARY KEY (tenant_id, hold_id)
);
CREATE INDEX ix_ledger_open_hold_expires_at ON ledger_open_hold (tenant_id, expires_at);
GRANT SELECT ON ledger_open_hold TO caas_app;

-- Each row closes the books up to a day, or opens them again from an earlier one; the last row counts.
CREATE TABLE ledger_closing (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    number BIGINT NOT NULL,
    id UUID NOT NULL,
    closed_through DATE NOT NULL,
    late TEXT NOT NULL,
    actor TEXT NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    position BIGINT DEFAULT nextval('ledger_position') NOT NULL,
    CONSTRAINT pk_ledger_closing PRIMARY KEY (tenant_id, number),
    CONSTRAINT ck_ledger_closing_late CHECK (late IN ('refuse', 'move')),
    CONSTRAINT ck_ledger_closing_number CHECK (number >= 1)
);

-- The chain: one seal for each entry of the books, in the order of commits. `moment` is the latest instant at which an
-- entry up to here was posted, so that it never goes back as heights go up.
CREATE TABLE ledger_seal (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    height BIGINT NOT NULL,
    kind TEXT NOT NULL,
    entry_id UUID NOT NULL,
    entry_xid xid8 NOT NULL,
    entry_position BIGINT NOT NULL,
    moment TIMESTAMP WITH TIME ZONE NOT NULL,
    hash BYTEA NOT NULL,
    CONSTRAINT pk_ledger_seal PRIMARY KEY (tenant_id, height),
    CONSTRAINT uq_ledger_seal_entry_id UNIQUE (tenant_id, entry_id),
    CONSTRAINT ck_ledger_seal_kind CHECK (kind IN ('account', 'journal', 'hold', 'hold_end', 'closing')),
    CONSTRAINT ck_ledger_seal_height CHECK (height >= 1),
    CONSTRAINT ck_ledger_seal_hash CHECK (octet_length(hash) = 32)
);
CREATE INDEX ix_ledger_seal_moment ON ledger_seal (tenant_id, moment, height);

CREATE TABLE ledger_key (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    number BIGINT NOT NULL,
    public_key BYTEA NOT NULL,
    sealed_private_key BYTEA NOT NULL,
    endorsement BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ledger_key PRIMARY KEY (tenant_id, number),
    CONSTRAINT ck_ledger_key_public_key CHECK (octet_length(public_key) = 32),
    CONSTRAINT ck_ledger_key_endorsement CHECK (octet_length(endorsement) = 64)
);

CREATE TABLE ledger_block (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    number BIGINT NOT NULL,
    first_height BIGINT NOT NULL,
    last_height BIGINT NOT NULL,
    head_hash BYTEA NOT NULL,
    previous_hash BYTEA NOT NULL,
    key_number BIGINT NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signature BYTEA NOT NULL,
    CONSTRAINT pk_ledger_block PRIMARY KEY (tenant_id, number),
    CONSTRAINT ck_ledger_block_heights CHECK (last_height >= first_height AND first_height >= 1),
    CONSTRAINT ck_ledger_block_hashes CHECK (octet_length(head_hash) = 32 AND octet_length(previous_hash) = 32),
    CONSTRAINT ck_ledger_block_signature CHECK (octet_length(signature) = 64)
);
CREATE INDEX ix_ledger_block_heights ON ledger_block (tenant_id, last_height);

-- Sums of what is sealed. A day's, so that a balance on a date reads days instead of postings; and what had added up by
-- the end of each block in which an account moved, so that a balance at a moment reads one mark and part of a block.
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
CREATE TABLE ledger_mark (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    block BIGINT NOT NULL,
    debit_minor BIGINT NOT NULL,
    credit_minor BIGINT NOT NULL,
    CONSTRAINT pk_ledger_mark PRIMARY KEY (tenant_id, account, currency, block),
    CONSTRAINT ck_ledger_mark_volumes CHECK (debit_minor >= 0 AND credit_minor >= 0)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_day, ledger_mark TO caas_app;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger_hold', 'ledger_hold_end', 'ledger_open_hold', 'ledger_closing', 'ledger_seal', 'ledger_key', 'ledger_block', 'ledger_day', 'ledger_mark'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', name);
    END LOOP;
    -- Nothing in the books is changed or removed: not by the owner, and not in a session that plays a replica.
    FOREACH name IN ARRAY ARRAY['ledger_hold', 'ledger_hold_end', 'ledger_closing', 'ledger_seal', 'ledger_key', 'ledger_block'] LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %I TO caas_app', name);
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER no_truncate', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['ledger_account', 'ledger_journal', 'ledger_posting', 'ledger_hold', 'ledger_hold_end', 'ledger_closing', 'ledger_seal', 'ledger_key', 'ledger_block'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END $$;

-- What any tenant's books may open with; the same as CATALOGUE, which a test holds it to.
INSERT INTO ledger_chart (code, number, name, kind, normal_side, parent, postable, floor_minor) VALUES
    ('assets', 100, 'Assets', 'asset', 'debit', NULL, false, NULL),
    ('cash', 110, 'Cash', 'asset', 'debit', 'assets', false, NULL),
    ('loans', 120, 'Loans', 'asset', 'debit', 'assets', false, NULL),
    ('merchant_advances', 130, 'Advances to merchants', 'asset', 'debit', 'assets', false, NULL),
    ('liabilities', 200, 'Liabilities', 'liability', 'credit', NULL, false, NULL),
    ('customer_money', 210, 'Owed to customers', 'liability', 'credit', 'liabilities', false, NULL),
    ('partner_money', 220, 'Owed to partners', 'liability', 'credit', 'liabilities', false, NULL),
    ('equity', 300, 'Equity', 'equity', 'credit', NULL, false, NULL),
    ('income', 400, 'Income', 'income', 'credit', NULL, false, NULL),
    ('expenses', 500, 'Expenses', 'expense', 'debit', NULL, false, NULL),
    ('rail_cash', 1000, 'Cash at payment rails', 'asset', 'debit', 'cash', true, NULL),
    ('escrow_cash', 1010, 'Cash held in escrow', 'asset', 'debit', 'cash', true, NULL),
    ('payouts_in_transit', 1050, 'Payouts in transit', 'asset', 'debit', 'cash', true, NULL),
    ('loans_principal', 1100, 'Loans: principal', 'asset', 'debit', 'loans', true, 0),
    ('interest_receivable', 1110, 'Loans: interest receivable', 'asset', 'debit', 'loans', true, NULL),
    ('fees_receivable', 1120, 'Loans: fees receivable', 'asset', 'debit', 'loans', true, NULL),
    ('penalties_receivable', 1130, 'Loans: penalties receivable', 'asset', 'debit', 'loans', true, NULL),
    ('loss_allowance', 1190, 'Loans: allowance for losses', 'asset', 'credit', 'loans', true, NULL),
    ('merchant_receivables', 1200, 'Advanced to merchants', 'asset', 'debit', 'merchant_advances', true, 0),
    ('unallocated_receipts', 2000, 'Unallocated receipts', 'liability', 'credit', 'customer_money', true, NULL),
    ('borrower_credit', 2100, 'Borrowers'' credit balances', 'liability', 'credit', 'customer_money', true, 0),
    ('lender_wallets', 2110, 'Lenders'' wallets', 'liability', 'credit', 'customer_money', true, 0),
    ('borrower_wallets', 2120, 'Borrowers'' wallets', 'liability', 'credit', 'customer_money', true, 0),
    ('committed_funds', 2130, 'Committed to loans not yet paid out', 'liability', 'credit', 'customer_money', true, 0),
    ('lender_funding', 2200, 'Owed to funding lenders', 'liability', 'credit', 'partner_money', true, NULL),
    ('merchant_payables', 2210, 'Owed to merchants', 'liability', 'credit', 'partner_money', true, NULL),
    ('merchant_reserves', 2220, 'Merchants'' reserves', 'liability', 'credit', 'partner_money', true, 0),
    ('fx_position', 2900, 'Foreign-exchange position', 'liability', 'credit', 'liabilities', true, NULL),
    ('capital', 3000, 'Capital', 'equity', 'credit', 'equity', true, NULL),
    ('interest_income', 4000, 'Interest income', 'income', 'credit', 'income', true, NULL),
    ('fee_income', 4100, 'Fee income', 'income', 'credit', 'income', true, NULL),
    ('marketplace_fees', 4110, 'Marketplace fees', 'income', 'credit', 'income', true, NULL),
    ('merchant_discount', 4120, 'Merchant discount', 'income', 'credit', 'income', true, NULL),
    ('penalty_income', 4200, 'Penalty income', 'income', 'credit', 'income', true, NULL),
    ('recovery_income', 4300, 'Recoveries of loans written off', 'income', 'credit', 'income', true, NULL),
    ('fx_realised_gain', 4800, 'Foreign exchange: realised gain', 'income', 'credit', 'income', true, NULL),
    ('fx_unrealised_gain', 4810, 'Foreign exchange: unrealised gain', 'income', 'credit', 'income', true, NULL),
    ('writeoff_expense', 5000, 'Loans written off', 'expense', 'debit', 'expenses', true, NULL),
    ('waiver_expense', 5010, 'Interest, fees and penalties waived', 'expense', 'debit', 'expenses', true, NULL),
    ('loss_provisions', 5020, 'Provisions for losses', 'expense', 'debit', 'expenses', true, NULL),
    ('rail_charges', 5100, 'Charges of payment rails', 'expense', 'debit', 'expenses', true, NULL),
    ('refunds_expense', 5200, 'Refunds to shoppers', 'expense', 'debit', 'expenses', true, NULL);

-- An account's parent is there and of the same kind, so that amounts roll up; and a unit has one exponent throughout.
CREATE FUNCTION ledger_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger_account a
         WHERE a.tenant_id = NEW.tenant_id AND a.code = NEW.parent AND a.kind = NEW.kind AND NOT a.postable) THEN
        RAISE EXCEPTION '% can''t roll up into %', NEW.code, NEW.parent USING ERRCODE = 'CL007', DETAIL = NEW.code;
    END IF;
    IF NEW.unit IS NOT NULL AND EXISTS (
        SELECT FROM ledger_account a
         WHERE a.tenant_id = NEW.tenant_id AND a.unit = NEW.unit AND a.exponent <> NEW.exponent) THEN
        RAISE EXCEPTION '% has another exponent', NEW.unit USING ERRCODE = 'CL007', DETAIL = NEW.code;
    END IF;
    IF NEW.xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'account % bears the id of another transaction', NEW.code USING ERRCODE = 'CL003';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fits_the_chart AFTER INSERT ON ledger_account DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION ledger_check_account();
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER fits_the_chart;

-- Opens those of the given accounts (null: all) that the catalogue has and the tenant does not, and what they roll up
-- into, parents first.
CREATE FUNCTION ledger_open(codes text[], at timestamptz) RETURNS void LANGUAGE sql AS $$
    WITH RECURSIVE wanted AS (
        SELECT c.*, 0 AS depth FROM ledger_chart c WHERE codes IS NULL OR c.code = ANY (codes)
         UNION ALL
        SELECT c.*, w.depth + 1 FROM ledger_chart c JOIN wanted w ON c.code = w.parent),
    missing AS (
        SELECT w.code, max(w.depth) AS depth FROM wanted w
         WHERE NOT EXISTS (SELECT FROM ledger_account a WHERE a.tenant_id = current_tenant() AND a.code = w.code)
         GROUP BY w.code)
    INSERT INTO ledger_account (id, code, number, name, kind, normal_side, parent, postable, floor_minor, opened_at)
    SELECT uuidv7(), c.code, c.number, c.name, c.kind, c.normal_side, c.parent, c.postable, c.floor_minor, at
      FROM missing m JOIN ledger_chart c ON c.code = m.code
     ORDER BY m.depth DESC, c.code
    ON CONFLICT (tenant_id, code) DO NOTHING
$$;

-- Up to which day the books are closed, and what becomes of late entries. Whoever asks keeps the answer true until its
-- transaction ends: closing waits for it.
CREATE FUNCTION ledger_closed() RETURNS TABLE (through date, late text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.closing'), hashtext(current_tenant()::text));
    RETURN QUERY SELECT c.closed_through, c.late FROM ledger_closing c WHERE c.tenant_id = current_tenant()
                  ORDER BY c.number DESC LIMIT 1;
END $$;

-- Closes the books up to a day. Waits for postings under way, and keeps new ones waiting until the transaction ends.
CREATE FUNCTION ledger_close(new_id uuid, through date, late_entries text, who text, at timestamptz) RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE last bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.closing'), hashtext(current_tenant()::text));
    SELECT coalesce(max(number), 0) INTO last FROM ledger_closing WHERE tenant_id = current_tenant();
    INSERT INTO ledger_closing (number, id, closed_through, late, actor, posted_at)
    VALUES (last + 1, new_id, through, late_entries, who, at);
    RETURN last + 1;
END $$;

-- Refuses journals without their postings in the same statement, into a closed period, dated into another transaction
-- (which sealing might have passed already), or reversing what is not there. OFFSET 0 has each looked for by its index: in
-- young books the planner would rather read all that there is once, and keep to it while they grow.
CREATE FUNCTION ledger_check_journals() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    wrong record;
    shut record;
BEGIN
    SELECT f.key INTO wrong FROM fresh f
     WHERE f.xid <> pg_current_xact_id()
        OR NOT EXISTS (SELECT FROM ledger_posting p WHERE p.tenant_id = f.tenant_id AND p.journal_id = f.id OFFSET 0)
        OR f.reverses IS NOT NULL
           AND NOT EXISTS (SELECT FROM ledger_journal j WHERE j.tenant_id = f.tenant_id AND j.id = f.reverses OFFSET 0)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % is not whole', wrong.key USING ERRCODE = 'CL003';
    END IF;
    SELECT c.through INTO shut FROM ledger_closed() c;
    IF FOUND THEN
        SELECT f.effective_on INTO wrong FROM fresh f WHERE f.effective_on <= shut.through LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'the books are closed through %', shut.through
                USING ERRCODE = 'CL006', DETAIL = wrong.effective_on || ' ' || shut.through;
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER whole_and_in_time AFTER INSERT ON ledger_journal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_journals();
ALTER TABLE ledger_journal ENABLE ALWAYS TRIGGER whole_and_in_time;

-- Takes postings only as whole journals of this transaction, balanced per currency, on accounts that exist and take that
-- currency; and keeps the balances of accounts with a floor, which nobody else may write, so that none falls below it.
-- Balances are taken in key order, so that two statements never wait for each other crosswise. A journal counts as a
-- whole, in the order of positions: what a batch takes away before it brings it is refused.
-- Accounts are never removed, so looking them up once is as good as a foreign key, without its row locks.
-- One plan serves one row and thousands: every look-up goes by an index, whatever the number was that it was made for.
CREATE FUNCTION ledger_check_postings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    wrong record;
    missing text[];
    unknown text;
    floors boolean;
    tight bigint;
    unfit text;
BEGIN
    SELECT t.journal_id, t.whole, t.currency, t.amount INTO wrong FROM (
        SELECT c.journal_id, min(c.currency) FILTER (WHERE c.amount <> 0) AS currency, max(c.amount) AS amount,
               coalesce(j.xid = pg_current_xact_id() AND sum(c.lines) = j.posting_count AND min(c.low) = 1
                   AND max(c.high) = j.posting_count AND min(c.early) = j.effective_on AND max(c.late) = j.effective_on, false) AS whole
          FROM (SELECT f.tenant_id, f.journal_id, f.currency, sum(f.amount_minor) AS amount, count(*) AS lines,
                       min(f.line) AS low, max(f.line) AS high, min(f.effective_on) AS early, max(f.effective_on) AS late
                  FROM fresh f GROUP BY 1, 2, 3) c
          LEFT JOIN ledger_journal j ON j.tenant_id = c.tenant_id AND j.id = c.journal_id
         GROUP BY c.tenant_id, c.journal_id, j.xid, j.posting_count, j.effective_on) t
     WHERE NOT t.whole OR t.currency IS NOT NULL LIMIT 1;
    IF FOUND AND NOT wrong.whole THEN
        RAISE EXCEPTION 'journal % is not posted as a whole', wrong.journal_id USING ERRCODE = 'CL003';
    ELSIF FOUND THEN
        RAISE EXCEPTION 'journal % does not balance in %: %', wrong.journal_id, wrong.currency, wrong.amount USING ERRCODE = 'CL002';
    END IF;

    FOR attempt IN 1..2 LOOP
        SELECT array_agg(f.account) FILTER (WHERE a.code IS NULL),
               coalesce(bool_or(a.floor_minor IS NOT NULL), false),
               min(f.account) FILTER (WHERE NOT a.postable OR f.currency <> a.unit
                   OR a.unit IS NULL AND length(f.currency) <> 3)
          INTO missing, floors, unfit
          FROM fresh f LEFT JOIN ledger_account a ON a.tenant_id = f.tenant_id AND a.code = f.account;
        EXIT WHEN missing IS NULL;
        SELECT m.code INTO unknown FROM unnest(missing) AS m (code)
         WHERE attempt = 2 OR NOT EXISTS (SELECT FROM ledger_chart c WHERE c.code = m.code) LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'there is no account %', unknown USING ERRCODE = 'CL004', DETAIL = unknown;
        END IF;
        PERFORM ledger_open(missing, (SELECT j.posted_at FROM fresh f JOIN ledger_journal j
                                         ON j.tenant_id = f.tenant_id AND j.id = f.journal_id LIMIT 1));
    END LOOP;
    IF unfit IS NOT NULL THEN
        RAISE EXCEPTION 'account % does not take this', unfit USING ERRCODE = 'CL007', DETAIL = unfit;
    END IF;
    IF NOT floors THEN
        RETURN NULL;
    END IF;

    -- First with all that is taken before all that is brought: where even that stays above the floor, order is no matter.
    WITH cell AS MATERIALIZED (
        SELECT s.tenant_id, s.account, s.currency, s.loan_id, s.party_id, a.floor_minor,
               CASE a.normal_side WHEN 'debit' THEN s.debits - s.credits ELSE s.credits - s.debits END AS change,
               -CASE a.normal_side WHEN 'debit' THEN s.credits ELSE s.debits END AS taken
          FROM (SELECT f.tenant_id, f.account, f.currency, coalesce(f.loan_id, nobody) AS loan_id, coalesce(f.party_id, nobody) AS party_id,
                       sum(greatest(f.amount_minor, 0)) AS debits, sum(greatest(-f.amount_minor, 0)) AS credits
                  FROM fresh f GROUP BY 1, 2, 3, 4, 5) s
          JOIN ledger_account a ON a.tenant_id = s.tenant_id AND a.code = s.account AND a.floor_minor IS NOT NULL),
    moved AS (
        INSERT INTO ledger_balance AS b (tenant_id, account, currency, loan_id, party_id, balance_minor, floor_minor)
        SELECT tenant_id, account, currency, loan_id, party_id, change, floor_minor FROM cell ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (tenant_id, account, currency, loan_id, party_id)
        DO UPDATE SET balance_minor = b.balance_minor + excluded.balance_minor
        RETURNING WITH (OLD AS before) b.tenant_id, b.account, b.currency, b.loan_id, b.party_id,
                  coalesce(before.balance_minor, 0) - b.floor_minor - b.held_minor - b.queued_minor AS spare)
    SELECT count(*) INTO tight FROM (
        SELECT FROM (SELECT tenant_id, account, currency, loan_id, party_id, taken, 0 AS spare FROM cell
                      UNION ALL
                     SELECT tenant_id, account, currency, loan_id, party_id, 0, spare FROM moved) both_sides
         GROUP BY tenant_id, account, currency, loan_id, party_id HAVING sum(taken) < 0 AND sum(spare) + sum(taken) < 0) short;
    IF tight = 0 THEN
        RETURN NULL;
    END IF;

    -- Then journal by journal, in the order of positions.
    SELECT step.account, step.currency INTO wrong FROM (
        SELECT f.account, f.currency, s.change, b.balance_minor - b.floor_minor - b.held_minor - b.queued_minor
               - sum(s.change) OVER cell + sum(s.change) OVER (cell ORDER BY j.position) AS spare
          FROM fresh f
          JOIN ledger_account a ON a.tenant_id = f.tenant_id AND a.code = f.account AND a.floor_minor IS NOT NULL
          JOIN ledger_journal j ON j.tenant_id = f.tenant_id AND j.id = f.journal_id
          JOIN ledger_balance b ON b.tenant_id = f.tenant_id AND b.account = f.account AND b.currency = f.currency
           AND b.loan_id = CASE WHEN f.loan_id IS NULL THEN nobody ELSE f.loan_id END
           AND b.party_id = CASE WHEN f.party_id IS NULL THEN nobody ELSE f.party_id END
         CROSS JOIN LATERAL (SELECT CASE a.normal_side WHEN 'debit' THEN f.amount_minor ELSE -f.amount_minor END AS change) s
        WINDOW cell AS (PARTITION BY b.tenant_id, b.account, b.currency, b.loan_id, b.party_id)) step
     WHERE step.change < 0 AND step.spare < 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% would fall below its floor', wrong.account
            USING ERRCODE = 'CL005', DETAIL = wrong.account || ' ' || wrong.currency;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER whole_and_balanced AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_postings();
ALTER TABLE ledger_posting ENABLE ALWAYS TRIGGER whole_and_balanced;

-- Holds reserve, and their ends free again, what stands on a balance with a floor. (Balances are looked up by CASE, not by
-- COALESCE: under row-level security a condition that holds a COALESCE is no condition on an index.)
CREATE FUNCTION ledger_reserve(hold ledger_hold, sign integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    nobody CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    amount CONSTANT bigint := sign * hold.amount_minor;
    loan CONSTANT uuid := coalesce(hold.loan_id, nobody);
    party CONSTANT uuid := coalesce(hold.party_id, nobody);
    kept record;
BEGIN
    UPDATE ledger_balance b
       SET held_minor = b.held_minor + CASE hold.kind WHEN 'hold' THEN amount ELSE 0 END,
           queued_minor = b.queued_minor + CASE hold.kind WHEN 'queued_debit' THEN amount ELSE 0 END
     WHERE b.tenant_id = hold.tenant_id AND b.account = hold.account AND b.currency = hold.currency
       AND b.loan_id = loan AND b.party_id = party
    RETURNING b.balance_minor - b.held_minor - b.queued_minor - b.floor_minor AS spare INTO kept;
    IF NOT FOUND AND NOT EXISTS (
        SELECT FROM ledger_account a WHERE a.tenant_id = hold.tenant_id AND a.code = hold.account AND a.floor_minor IS NOT NULL) THEN
        RAISE EXCEPTION '% has no floor to hold money above', hold.account USING ERRCODE = 'CL007', DETAIL = hold.account;
    END IF;
    IF sign > 0 AND coalesce(kept.spare, -1) < 0 THEN
        RAISE EXCEPTION '% would fall below its floor', hold.account
            USING ERRCODE = 'CL005', DETAIL = hold.account || ' ' || hold.currency;
    END IF;
END $$;
REVOKE ALL ON FUNCTION ledger_reserve(ledger_hold, integer) FROM PUBLIC;

CREATE FUNCTION ledger_check_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'hold % bears the id of another transaction', NEW.key USING ERRCODE = 'CL003';
    END IF;
    PERFORM ledger_reserve(NEW, 1);
    INSERT INTO ledger_open_hold (tenant_id, hold_id, expires_at) VALUES (NEW.tenant_id, NEW.id, NEW.expires_at);
    RETURN NULL;
END $$;
CREATE TRIGGER reserves AFTER INSERT ON ledger_hold FOR EACH ROW EXECUTE FUNCTION ledger_check_hold();
ALTER TABLE ledger_hold ENABLE ALWAYS TRIGGER reserves;

-- Takes the balance before the row that ends the hold, so that all who end one, or post to its balance, queue up alike.
CREATE FUNCTION ledger_lock_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM ledger_hold h
       JOIN ledger_balance b ON b.tenant_id = h.tenant_id AND b.account = h.account AND b.currency = h.currency
        AND b.loan_id = CASE WHEN h.loan_id IS NULL THEN '00000000-0000-0000-0000-000000000000' ELSE h.loan_id END
        AND b.party_id = CASE WHEN h.party_id IS NULL THEN '00000000-0000-0000-0000-000000000000' ELSE h.party_id END
      WHERE h.tenant_id = NEW.tenant_id AND h.id = NEW.hold_id FOR NO KEY UPDATE OF b;
    RETURN NEW;
END $$;
CREATE TRIGGER queues BEFORE INSERT ON ledger_hold_end FOR EACH ROW EXECUTE FUNCTION ledger_lock_hold();

CREATE FUNCTION ledger_check_hold_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE ended ledger_hold;
BEGIN
    SELECT * INTO ended FROM ledger_hold h WHERE h.tenant_id = NEW.tenant_id AND h.id = NEW.hold_id;
    IF NEW.posted_minor > ended.amount_minor THEN
        RAISE EXCEPTION 'hold % is smaller than that', NEW.hold_id USING ERRCODE = 'CL008', DETAIL = 'more';
    END IF;
    IF NEW.outcome = 'expired' AND NEW.posted_at < coalesce(ended.expires_at, 'infinity') THEN
        RAISE EXCEPTION 'hold % has not expired', NEW.hold_id USING ERRCODE = 'CL008', DETAIL = 'early';
    END IF;
    IF NEW.outcome = 'posted' AND NEW.posted_at >= ended.expires_at THEN
        RAISE EXCEPTION 'hold % has expired', NEW.hold_id USING ERRCODE = 'CL008', DETAIL = 'expired';
    END IF;
    IF NEW.xid <> pg_current_xact_id() THEN
        RAISE EXCEPTION 'the end of hold % bears the id of another transaction', NEW.hold_id USING ERRCODE = 'CL003';
    END IF;
    PERFORM ledger_reserve(ended, -1);
    DELETE FROM ledger_open_hold o WHERE o.tenant_id = NEW.tenant_id AND o.hold_id = NEW.hold_id;
    RETURN NULL;
END $$;
CREATE TRIGGER frees AFTER INSERT ON ledger_hold_end FOR EACH ROW EXECUTE FUNCTION ledger_check_hold_end();
ALTER TABLE ledger_hold_end ENABLE ALWAYS TRIGGER frees;

CREATE FUNCTION ledger_check_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ledger.closing'), hashtext(NEW.tenant_id::text));
    IF NEW.xid <> pg_current_xact_id()
       OR NEW.number <> 1 + (SELECT count(*) FROM ledger_closing c WHERE c.tenant_id = NEW.tenant_id AND c.number <> NEW.number) THEN
        RAISE EXCEPTION 'a closing follows the one before it' USING ERRCODE = 'CL003';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER in_order AFTER INSERT ON ledger_closing FOR EACH ROW EXECUTE FUNCTION ledger_check_closing();
ALTER TABLE ledger_closing ENABLE ALWAYS TRIGGER in_order;

-- Takes the balances that are about to move, in key order, so that a journal and what else its transaction does to them
-- can't wait crosswise for another.
CREATE FUNCTION ledger_lock(accounts text[], currencies text[], loans uuid[], parties uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM (
        SELECT FROM ledger_balance b
         WHERE b.tenant_id = current_tenant()
           AND (b.account, b.currency, b.loan_id, b.party_id) IN (
               SELECT account, currency, CASE WHEN loan IS NULL THEN '00000000-0000-0000-0000-000000000000' ELSE loan END,
                      CASE WHEN party IS NULL THEN '00000000-0000-0000-0000-000000000000' ELSE party END
                 FROM unnest(accounts, currencies, loans, parties) AS u (account, currency, loan, party))
         ORDER BY b.tenant_id, b.account, b.currency, b.loan_id, b.party_id FOR NO KEY UPDATE) locked
$$;

-- Posts one journal, once for its key, in one round trip: where the key stands already, the stored journal is the answer
-- if its content hash is the same, and CL001 is raised if it is not. Returns a row only where the books say something
-- else than was asked: the stored journal, or the open day that a late entry was moved to.
CREATE FUNCTION ledger_post(
    at timestamptz, id uuid, key text, content_hash bytea, kind text, dated date, description text, source text,
    source_id uuid, reverses uuid, metadata text,
    accounts text[], currencies text[], amounts bigint[], loans uuid[], parties uuid[])
    RETURNS TABLE (place bigint, stored_id uuid, stored_at timestamptz, counts_on date) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    shut record;
    counts date := dated;
    posted integer;
    stored record;
BEGIN
    SELECT * INTO shut FROM ledger_closed();
    IF shut.late = 'move' AND dated <= shut.through THEN
        counts := shut.through + 1;
    END IF;
    WITH fresh AS (
        INSERT INTO ledger_journal (id, key, content_hash, kind, effective_on, asked_on, description, source, source_id,
                                    reverses, metadata, posting_count, posted_at)
        VALUES (id, key, content_hash, kind, counts, nullif(dated, counts), description, source, source_id,
                reverses, coalesce(metadata, '{}')::jsonb, cardinality(accounts), at)
        ON CONFLICT ON CONSTRAINT uq_ledger_journal_key DO NOTHING
        RETURNING ledger_journal.id)
    INSERT INTO ledger_posting (journal_id, line, account, currency, amount_minor, loan_id, party_id, effective_on)
    SELECT fresh.id, leg.line, leg.account, leg.currency, leg.amount, leg.loan, leg.party, counts
      FROM fresh CROSS JOIN unnest(accounts, currencies, amounts, loans, parties)
           WITH ORDINALITY AS leg (account, currency, amount, loan, party, line);
    GET DIAGNOSTICS posted = ROW_COUNT;
    IF posted > 0 AND counts = dated THEN
        RETURN;
    END IF;
    SELECT j.id, j.posted_at, j.effective_on, j.content_hash AS hash INTO stored
      FROM ledger_journal j WHERE j.tenant_id = current_tenant() AND j.key = ledger_post.key;
    IF stored.hash IS DISTINCT FROM content_hash THEN
        RAISE EXCEPTION 'the key % stands for another journal', key USING ERRCODE = 'CL001', DETAIL = key;
    END IF;
    RETURN QUERY SELECT 1::bigint, stored.id, stored.posted_at, stored.effective_on;
END $$;

-- Posts many journals, all of them or none, as `ledger_post` does one. Postings name their journal in `owners`. Keys are
-- taken in sorted order, positions in the order asked. The statement is planned for the numbers it gets each time: what
-- suits a handful would compare thousands with each other.
CREATE FUNCTION ledger_post_many(
    at timestamptz, ids uuid[], keys text[], content_hashes bytea[], kinds text[], dates date[], descriptions text[],
    sources text[], source_ids uuid[], reversals uuid[], metadata text[], counts smallint[],
    owners uuid[], lines smallint[], accounts text[], currencies text[], amounts bigint[], loans uuid[], parties uuid[])
    RETURNS TABLE (place bigint, stored_id uuid, stored_at timestamptz, counts_on date) LANGUAGE plpgsql AS $$
DECLARE
    shut record;
    open_on date;
    posted bigint;
    reused text;
BEGIN
    SELECT * INTO shut FROM ledger_closed();
    IF shut.late = 'move' THEN
        open_on := shut.through + 1;
    END IF;
    EXECUTE $statement$
        WITH asked AS MATERIALIZED (
            SELECT u.*, nextval('ledger_position') AS position
              FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS u (id, key, content_hash, kind, dated,
                   description, source, source_id, reverses, metadata, posting_count)),
        fresh AS (
            INSERT INTO ledger_journal (id, key, content_hash, kind, effective_on, asked_on, description, source, source_id,
                                        reverses, metadata, posting_count, posted_at, position)
            SELECT id, key, content_hash, kind, greatest(dated, $20), CASE WHEN dated < $20 THEN dated END, description, source, source_id,
                   reverses, coalesce(metadata, '{}')::jsonb, posting_count, $1, position
              FROM asked ORDER BY key
            ON CONFLICT (tenant_id, key) DO NOTHING
            RETURNING id, effective_on),
        posted AS (
            INSERT INTO ledger_posting (journal_id, line, account, currency, amount_minor, loan_id, party_id, effective_on)
            SELECT leg.owner, leg.line, leg.account, leg.currency, leg.amount, leg.loan, leg.party, fresh.effective_on
              FROM unnest($13, $14, $15, $16, $17, $18, $19) AS leg (owner, line, account, currency, amount, loan, party)
              JOIN fresh ON fresh.id = leg.owner)
        SELECT count(*) FROM fresh
        $statement$ INTO posted
        USING at, ids, keys, content_hashes, kinds, dates, descriptions, sources, source_ids, reversals, metadata, counts,
              owners, lines, accounts, currencies, amounts, loans, parties, open_on;
    IF posted = cardinality(ids) AND NOT coalesce(open_on > ANY (dates), false) THEN
        RETURN;
    END IF;
    SELECT u.key INTO reused
      FROM unnest(keys, content_hashes) AS u (key, content_hash)
      LEFT JOIN ledger_journal j ON j.tenant_id = current_tenant() AND j.key = u.key
     WHERE j.content_hash IS DISTINCT FROM u.content_hash LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the key % stands for another journal', reused USING ERRCODE = 'CL001', DETAIL = reused;
    END IF;
    RETURN QUERY
    SELECT u.place, j.id, j.posted_at, j.effective_on
      FROM unnest(ids, keys, dates) WITH ORDINALITY AS u (id, key, dated, place)
      JOIN ledger_journal j ON j.tenant_id = current_tenant() AND j.key = u.key
     WHERE j.id <> u.id OR j.effective_on <> u.dated
     ORDER BY u.place;
END $$;

-- Whether an account is there, or would be opened by the first journal on it.
CREATE FUNCTION ledger_can_open(wanted text) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM ledger_account a WHERE a.tenant_id = current_tenant() AND a.code = wanted)
        OR EXISTS (SELECT FROM ledger_chart c WHERE c.code = wanted)
$$;

-- Posts many journals, each for itself: what is refused is told by its SQLSTATE and detail and leaves no trace. All go
-- in at once while nothing is refused; else the halves are tried, in their order, down to the ones at fault.
CREATE FUNCTION ledger_post_each(
    at timestamptz, ids uuid[], keys text[], content_hashes bytea[], kinds text[], dates date[], descriptions text[],
    sources text[], source_ids uuid[], reversals uuid[], metadata text[], counts smallint[],
    owners uuid[], lines smallint[], accounts text[], currencies text[], amounts bigint[], loans uuid[], parties uuid[])
    RETURNS TABLE (place bigint, stored_id uuid, stored_at timestamptz, counts_on date, refused text, detail text)
    LANGUAGE plpgsql AS $$
DECLARE
    n CONSTANT integer := cardinality(ids);
    half CONSTANT integer := n / 2;
    cut integer;
    state text;
    why text;
    broken text;
BEGIN
    BEGIN
        RETURN QUERY
        SELECT p.place, p.stored_id, p.stored_at, p.counts_on, NULL::text, NULL::text
          FROM ledger_post_many(at, ids, keys, content_hashes, kinds, dates, descriptions, sources, source_ids, reversals,
               metadata, counts, owners, lines, accounts, currencies, amounts, loans, parties) p;
        RETURN;
    EXCEPTION
        WHEN unique_violation OR check_violation OR SQLSTATE 'CL001' OR SQLSTATE 'CL002' OR SQLSTATE 'CL003'
          OR SQLSTATE 'CL004' OR SQLSTATE 'CL005' OR SQLSTATE 'CL006' OR SQLSTATE 'CL007' THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, why = PG_EXCEPTION_DETAIL, broken = CONSTRAINT_NAME;
    END;
    IF n = 1 THEN
        RETURN QUERY SELECT 1::bigint, ids[1], at, dates[1], state, coalesce(nullif(broken, ''), why);
        RETURN;
    END IF;
    -- Journals on accounts that are nowhere are told apart by looking, not by trying each.
    IF state = 'CL004' AND NOT EXISTS (
        SELECT FROM unnest(ids) AS i (id)
         WHERE NOT EXISTS (SELECT FROM unnest(owners, accounts) AS l (owner, code)
                            WHERE l.owner = i.id AND NOT ledger_can_open(l.code))) THEN
        RETURN QUERY
        SELECT i.place, i.id, at, dates[i.place], state, l.code
          FROM unnest(ids) WITH ORDINALITY AS i (id, place)
          JOIN (SELECT owner, min(code) AS code FROM unnest(owners, accounts) AS u (owner, code)
                 WHERE NOT ledger_can_open(code) GROUP BY owner) l ON l.owner = i.id;
        RETURN;
    END IF;
    -- So are journals that are all new and all too late.
    IF state = 'CL006' AND NOT EXISTS (SELECT FROM ledger_journal j WHERE j.tenant_id = current_tenant() AND j.key = ANY (keys))
       AND (SELECT max(d) FROM unnest(dates) AS d) <= (SELECT c.through FROM ledger_closed() c) THEN
        RETURN QUERY
        SELECT i.place, i.id, at, i.dated, state, i.dated || ' ' || c.through
          FROM unnest(ids, dates) WITH ORDINALITY AS i (id, dated, place), ledger_closed() c;
        RETURN;
    END IF;
    cut := (SELECT sum(c) FROM unnest(counts[:half]) AS c);
    RETURN QUERY
    SELECT * FROM ledger_post_each(at, ids[:half], keys[:half], content_hashes[:half], kinds[:half], dates[:half],
        descriptions[:half], sources[:half], source_ids[:half], reversals[:half], metadata[:half], counts[:half],
        owners[:cut], lines[:cut], accounts[:cut], currencies[:cut], amounts[:cut], loans[:cut], parties[:cut]);
    RETURN QUERY
    SELECT half + p.place, p.stored_id, p.stored_at, p.counts_on, p.refused, p.detail
      FROM ledger_post_each(at, ids[half + 1:], keys[half + 1:], content_hashes[half + 1:], kinds[half + 1:], dates[half + 1:],
        descriptions[half + 1:], sources[half + 1:], source_ids[half + 1:], reversals[half + 1:], metadata[half + 1:], counts[half + 1:],
        owners[cut + 1:], lines[cut + 1:], accounts[cut + 1:], currencies[cut + 1:], amounts[cut + 1:], loans[cut + 1:], parties[cut + 1:]) p;
END $$;

-- Journals with their postings gathered in the order of their lines, and their place in the order of commits.
CREATE VIEW ledger_whole WITH (security_invoker = true) AS
    SELECT j.id, j.key, j.kind, j.effective_on, j.asked_on, j.description, j.source, j.source_id, j.reverses, j.metadata,
           j.posting_count, j.posted_at, j.content_hash, j.xid, j.position,
           (SELECT jsonb_agg(jsonb_build_array(p.line, p.account, p.currency, p.amount_minor, p.loan_id, p.party_id, p.effective_on) ORDER BY p.line)
              FROM ledger_posting p WHERE p.tenant_id = j.tenant_id AND p.journal_id = j.id) AS postings
      FROM ledger_journal j WHERE j.tenant_id = current_tenant();
GRANT SELECT ON ledger_whole TO caas_app;

CREATE FUNCTION ledger_microseconds(instant timestamptz) RETURNS bigint IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
    AS $$ SELECT (extract(epoch FROM instant) * 1000000)::bigint $$;

-- Everything that the chain covers, each kind with what it says; a journal says it in its content hash.
CREATE FUNCTION ledger_content(a ledger_account) RETURNS jsonb STABLE LANGUAGE sql AS $$
    SELECT jsonb_build_object('code', a.code, 'number', a.number, 'name', a.name, 'kind', a.kind, 'normal_side', a.normal_side,
           'parent', a.parent, 'postable', a.postable, 'floor_minor', a.floor_minor, 'unit', a.unit, 'exponent', a.exponent)
$$;
CREATE FUNCTION ledger_content(h ledger_hold) RETURNS jsonb STABLE LANGUAGE sql AS $$
    SELECT jsonb_build_object('key', h.key, 'content_hash', encode(h.content_hash, 'hex'), 'kind', h.kind, 'account', h.account,
           'currency', h.currency, 'loan_id', h.loan_id, 'party_id', h.party_id, 'amount_minor', h.amount_minor,
           'expires_at', ledger_microseconds(h.expires_at), 'description', h.description, 'source', h.source, 'source_id', h.source_id)
$$;
CREATE FUNCTION ledger_content(e ledger_hold_end) RETURNS jsonb STABLE LANGUAGE sql AS $$
    SELECT jsonb_build_object('hold_id', e.hold_id, 'outcome', e.outcome, 'posted_minor', e.posted_minor, 'journal_key', e.journal_key)
$$;
CREATE FUNCTION ledger_content(c ledger_closing) RETURNS jsonb STABLE LANGUAGE sql AS $$
    SELECT jsonb_build_object('number', c.number, 'closed_through', c.closed_through, 'late', c.late, 'actor', c.actor)
$$;

CREATE VIEW ledger_entry WITH (security_invoker = true) AS
    SELECT 'journal' AS kind, id, xid, position, posted_at, effective_on, content_hash, NULL::jsonb AS content
      FROM ledger_journal WHERE tenant_id = current_tenant()
     UNION ALL
    SELECT 'account', a.id, a.xid, a.position, a.opened_at, NULL, NULL, ledger_content(a)
      FROM ledger_account a WHERE a.tenant_id = current_tenant()
     UNION ALL
    SELECT 'hold', h.id, h.xid, h.position, h.posted_at, NULL, NULL, ledger_content(h)
      FROM ledger_hold h WHERE h.tenant_id = current_tenant()
     UNION ALL
    SELECT 'hold_end', e.id, e.xid, e.position, e.posted_at, NULL, NULL, ledger_content(e)
      FROM ledger_hold_end e WHERE e.tenant_id = current_tenant()
     UNION ALL
    SELECT 'closing', c.id, c.xid, c.position, c.posted_at, NULL, NULL, ledger_content(c)
      FROM ledger_closing c WHERE c.tenant_id = current_tenant();
GRANT SELECT ON ledger_entry TO caas_app;

-- The next entries after a place in the order of commits, none of which another can still slip in before. Each table is
-- read in the order of its index and no further than needed: over the view, all that waits would be sorted for each batch.
CREATE FUNCTION ledger_next_entries(after xid8, after_position bigint, rows bigint) RETURNS SETOF ledger_entry STABLE LANGUAGE sql AS $$
    SELECT * FROM (
        (SELECT 'journal', j.id, j.xid, j.position, j.posted_at, j.effective_on, j.content_hash, NULL::jsonb FROM ledger_journal j
          WHERE (j.xid, j.position) > (after, after_position) AND j.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY j.xid, j.position LIMIT rows)
         UNION ALL
        (SELECT 'account', a.id, a.xid, a.position, a.opened_at, NULL, NULL, ledger_content(a) FROM ledger_account a
          WHERE (a.xid, a.position) > (after, after_position) AND a.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY a.xid, a.position LIMIT rows)
         UNION ALL
        (SELECT 'hold', h.id, h.xid, h.position, h.posted_at, NULL, NULL, ledger_content(h) FROM ledger_hold h
          WHERE (h.xid, h.position) > (after, after_position) AND h.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY h.xid, h.position LIMIT rows)
         UNION ALL
        (SELECT 'hold_end', e.id, e.xid, e.position, e.posted_at, NULL, NULL, ledger_content(e) FROM ledger_hold_end e
          WHERE (e.xid, e.position) > (after, after_position) AND e.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY e.xid, e.position LIMIT rows)
         UNION ALL
        (SELECT 'closing', c.id, c.xid, c.position, c.posted_at, NULL, NULL, ledger_content(c) FROM ledger_closing c
          WHERE (c.xid, c.position) > (after, after_position) AND c.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY c.xid, c.position LIMIT rows)
         ) AS waiting (kind, id, xid, position, posted_at, effective_on, content_hash, content)
     ORDER BY xid, position LIMIT rows
$$;

-- Debits and credits of journals that are not sealed yet, of one account or (null) of all. However large the books are,
-- it reads the journals after the last seal by their index, then the postings of each: what waits is newer than any
-- statistics, so the order is not left to them. COALESCE stays inside its SELECT, for the sake of the index.
CREATE FUNCTION ledger_unsealed(one text)
    RETURNS TABLE (account text, currency text, effective_on date, posted_at timestamptz, debit_minor bigint, credit_minor bigint)
    STABLE LANGUAGE sql SET enable_seqscan = off AS $$
    SELECT leg.account, leg.currency, leg.effective_on, j.posted_at, greatest(leg.amount_minor, 0), greatest(-leg.amount_minor, 0)
      FROM ledger_journal j
     CROSS JOIN LATERAL (
           SELECT * FROM ledger_posting p WHERE p.tenant_id = current_tenant() AND p.journal_id = j.id OFFSET 0) leg
     WHERE j.tenant_id = current_tenant() AND (one IS NULL OR leg.account = one)
       AND (j.xid, j.position) > (
           (SELECT coalesce((SELECT entry_xid FROM ledger_seal WHERE tenant_id = current_tenant() ORDER BY height DESC LIMIT 1), '0')),
           (SELECT coalesce((SELECT entry_position FROM ledger_seal WHERE tenant_id = current_tenant() ORDER BY height DESC LIMIT 1), 0)))
$$;

-- Debits and credits of each account (of one, when given) in each currency, of all that counts up to and including a
-- day (null: ever): sums of what is sealed, and the postings that came since.
CREATE FUNCTION ledger_volumes(until date, one text DEFAULT NULL)
    RETURNS TABLE (account text, currency text, debit_minor bigint, credit_minor bigint) STABLE LANGUAGE sql AS $$
    SELECT account, currency, sum(debit_minor)::bigint, sum(credit_minor)::bigint FROM (
        SELECT d.account, d.currency, d.debit_minor, d.credit_minor FROM ledger_day d
         WHERE d.tenant_id = current_tenant() AND (until IS NULL OR d.effective_on <= until) AND (one IS NULL OR d.account = one)
         UNION ALL
        SELECT u.account, u.currency, u.debit_minor, u.credit_minor FROM ledger_unsealed(one) u
         WHERE until IS NULL OR u.effective_on <= until) counted
     GROUP BY account, currency ORDER BY account, currency
$$;

-- Debits and credits of one account in each currency as the books stood at a moment: of all that the chain had reached by
-- then. Reads the last mark and the part of a block that follows it; what is not sealed yet counts by its own instant.
CREATE FUNCTION ledger_volumes_at(one text, at timestamptz)
    RETURNS TABLE (account text, currency text, debit_minor bigint, credit_minor bigint)
    STABLE LANGUAGE sql SET enable_seqscan = off AS $$
    WITH reached AS (
        SELECT coalesce((SELECT s.height FROM ledger_seal s WHERE s.tenant_id = current_tenant() AND s.moment <= at
                          ORDER BY s.moment DESC, s.height DESC LIMIT 1), 0) AS height),
    block AS (
        SELECT b.number, b.last_height FROM ledger_block b, reached
         WHERE b.tenant_id = current_tenant() AND b.last_height <= reached.height ORDER BY b.last_height DESC LIMIT 1),
    unit AS (
        SELECT DISTINCT d.currency FROM ledger_day d WHERE d.tenant_id = current_tenant() AND d.account = one)
    SELECT one, currency, sum(debit_minor)::bigint, sum(credit_minor)::bigint FROM (
        SELECT unit.currency, m.debit_minor, m.credit_minor FROM unit CROSS JOIN LATERAL (
            SELECT m.debit_minor, m.credit_minor FROM ledger_mark m
             WHERE m.tenant_id = current_tenant() AND m.account = one AND m.currency = unit.currency
               AND m.block <= (SELECT number FROM block) ORDER BY m.block DESC LIMIT 1) m
         UNION ALL
        SELECT leg.currency, greatest(leg.amount_minor, 0), greatest(-leg.amount_minor, 0)
          FROM ledger_seal s
         CROSS JOIN LATERAL (
               SELECT * FROM ledger_posting p WHERE p.tenant_id = current_tenant() AND p.journal_id = s.entry_id OFFSET 0) leg
         WHERE s.tenant_id = current_tenant() AND s.kind = 'journal' AND leg.account = one
           AND s.height > (SELECT coalesce((SELECT last_height FROM block), 0)) AND s.height <= (SELECT height FROM reached)
         UNION ALL
        SELECT u.currency, u.debit_minor, u.credit_minor FROM ledger_unsealed(one) u WHERE u.posted_at <= at) counted
     GROUP BY currency ORDER BY currency
$$;

-- Adds newly sealed journals to the sums a day.
CREATE FUNCTION ledger_add_days(journals uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_day AS d (account, currency, effective_on, debit_minor, credit_minor)
    SELECT p.account, p.currency, p.effective_on, sum(greatest(p.amount_minor, 0)), sum(greatest(-p.amount_minor, 0))
      FROM unnest(journals) AS sealed (id)
      JOIN ledger_posting p ON p.tenant_id = current_tenant() AND p.journal_id = sealed.id
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (tenant_id, account, currency, effective_on)
    DO UPDATE SET debit_minor = d.debit_minor + excluded.debit_minor, credit_minor = d.credit_minor + excluded.credit_minor
$$;

-- Notes what had added up by the end of a block, of every account that moved in it.
CREATE FUNCTION ledger_add_marks(number bigint, low bigint, high bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_mark (account, currency, block, debit_minor, credit_minor)
    SELECT moved.account, moved.currency, number, moved.debit_minor + coalesce(before.debit_minor, 0),
           moved.credit_minor + coalesce(before.credit_minor, 0)
      FROM (SELECT p.account, p.currency, sum(greatest(p.amount_minor, 0)) AS debit_minor, sum(greatest(-p.amount_minor, 0)) AS credit_minor
              FROM ledger_seal s JOIN ledger_posting p ON p.tenant_id = s.tenant_id AND p.journal_id = s.entry_id
             WHERE s.tenant_id = current_tenant() AND s.kind = 'journal' AND s.height BETWEEN low AND high
             GROUP BY 1, 2) moved
      LEFT JOIN LATERAL (
            SELECT m.debit_minor, m.credit_minor FROM ledger_mark m
             WHERE m.tenant_id = current_tenant() AND m.account = moved.account AND m.currency = moved.currency
             ORDER BY m.block DESC LIMIT 1) before ON true
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
    (SELECT format('postings of %s belong to no journal', p.journal_id)
       FROM ledger_posting p WHERE p.tenant_id = current_tenant()
        AND NOT EXISTS (SELECT FROM ledger_journal j WHERE j.tenant_id = p.tenant_id AND j.id = p.journal_id) LIMIT 100)
    UNION ALL
    (SELECT format('the kept balance of %s for loan %s in %s is not the sum of its postings', account, loan_id, currency)
       FROM (SELECT g.account, g.currency, g.loan_id, g.party_id, g.balance_minor FROM ledger_balance g WHERE g.tenant_id = current_tenant()
              UNION ALL
             SELECT p.account, p.currency, coalesce(p.loan_id, '00000000-0000-0000-0000-000000000000'),
                    coalesce(p.party_id, '00000000-0000-0000-0000-000000000000'),
                    CASE a.normal_side WHEN 'debit' THEN -p.amount_minor ELSE p.amount_minor END
               FROM ledger_posting p JOIN ledger_account a ON a.tenant_id = p.tenant_id AND a.code = p.account
              WHERE p.tenant_id = current_tenant() AND a.floor_minor IS NOT NULL) both_sides
      GROUP BY account, currency, loan_id, party_id HAVING sum(balance_minor) <> 0 LIMIT 100)
    UNION ALL
    (SELECT format('what is held of %s for loan %s in %s is not the sum of its open holds', account, loan_id, currency)
       FROM (SELECT g.account, g.currency, g.loan_id, g.party_id, g.held_minor, g.queued_minor FROM ledger_balance g WHERE g.tenant_id = current_tenant()
              UNION ALL
             SELECT h.account, h.currency, coalesce(h.loan_id, '00000000-0000-0000-0000-000000000000'),
                    coalesce(h.party_id, '00000000-0000-0000-0000-000000000000'),
                    CASE h.kind WHEN 'hold' THEN -h.amount_minor ELSE 0 END, CASE h.kind WHEN 'hold' THEN 0 ELSE -h.amount_minor END
               FROM ledger_hold h WHERE h.tenant_id = current_tenant()
                AND NOT EXISTS (SELECT FROM ledger_hold_end e WHERE e.tenant_id = h.tenant_id AND e.hold_id = h.id)) both_sides
      GROUP BY account, currency, loan_id, party_id HAVING sum(held_minor) <> 0 OR sum(queued_minor) <> 0 LIMIT 100)
    UNION ALL
    (SELECT format('the balance of %s for loan %s in %s is below its floor', b.account, b.loan_id, b.currency)
       FROM ledger_balance b LEFT JOIN ledger_account a ON a.tenant_id = b.tenant_id AND a.code = b.account
      WHERE b.tenant_id = current_tenant()
        AND (b.balance_minor - b.held_minor - b.queued_minor < b.floor_minor OR b.floor_minor IS DISTINCT FROM a.floor_minor) LIMIT 100)
    UNION ALL
    (SELECT format('%s %s was passed over by the seals', j.kind, j.id)
       FROM ledger_entry j
      WHERE (j.xid, j.position) <= (SELECT entry_xid, entry_position FROM ledger_seal WHERE tenant_id = current_tenant() ORDER BY height DESC LIMIT 1)
        AND NOT EXISTS (SELECT FROM ledger_seal s WHERE s.tenant_id = current_tenant() AND s.entry_id = j.id) LIMIT 100)
    UNION ALL
    (SELECT format('the sums of %s in %s on %s are not those of its sealed postings', account, currency, effective_on)
       FROM (SELECT d.account, d.currency, d.effective_on, d.debit_minor, d.credit_minor FROM ledger_day d WHERE d.tenant_id = current_tenant()
              UNION ALL
             SELECT p.account, p.currency, j.effective_on, -greatest(p.amount_minor, 0), -greatest(-p.amount_minor, 0)
               FROM ledger_seal s
               JOIN ledger_journal j ON j.tenant_id = s.tenant_id AND j.id = s.entry_id
               JOIN ledger_posting p ON p.tenant_id = j.tenant_id AND p.journal_id = j.id
              WHERE s.tenant_id = current_tenant()) both_sides
      GROUP BY account, currency, effective_on HAVING sum(debit_minor) <> 0 OR sum(credit_minor) <> 0 LIMIT 100)
    UNION ALL
    (SELECT format('the mark of %s in %s at block %s is not the sum of its postings', account, currency, block)
       FROM (SELECT m.account, m.currency, m.block, m.debit_minor, m.credit_minor, 
                    sum(c.debit_minor) OVER w AS debits, sum(c.credit_minor) OVER w AS credits
               FROM (SELECT account, currency, block, debit_minor, credit_minor FROM ledger_mark WHERE tenant_id = current_tenant()) m
               FULL JOIN (SELECT p.account, p.currency, b.number AS block, sum(greatest(p.amount_minor, 0)) AS debit_minor,
                                 sum(greatest(-p.amount_minor, 0)) AS credit_minor
                            FROM ledger_block b
                            JOIN ledger_seal s ON s.tenant_id = b.tenant_id AND s.height BETWEEN b.first_height AND b.last_height AND s.kind = 'journal'
                            JOIN ledger_posting p ON p.tenant_id = s.tenant_id AND p.journal_id = s.entry_id
                           WHERE b.tenant_id = current_tenant() GROUP BY 1, 2, 3) c USING (account, currency, block)
             WINDOW w AS (PARTITION BY account, currency ORDER BY block)) both_sides
      WHERE debit_minor IS DISTINCT FROM debits OR credit_minor IS DISTINCT FROM credits LIMIT 100)
$$;

-- The books as a stranger checks them, a JSON object for each row. First the chain's entries above a height, each with its
-- seal, and blocks after the last entry that they vouch for.
CREATE FUNCTION ledger_export_journal(j ledger_whole) RETURNS jsonb STABLE LANGUAGE sql AS $$
    SELECT jsonb_build_object('key', j.key, 'kind', j.kind, 'effective_on', coalesce(j.asked_on, j.effective_on), 'counts_on', j.effective_on,
           'description', j.description, 'source', j.source, 'source_id', j.source_id, 'reverses', j.reverses, 'metadata', j.metadata,
           'posting_count', j.posting_count, 'content_hash', encode(j.content_hash, 'hex'), 'postings', coalesce(j.postings, '[]'))
$$;

CREATE FUNCTION ledger_export_sealed(above bigint, rows bigint) RETURNS TABLE (height bigint, line text) STABLE LANGUAGE sql AS $$
    SELECT s.height, jsonb_build_object('type', 'entry', 'height', s.height, 'kind', s.kind, 'id', s.entry_id, 'hash', encode(s.hash, 'hex'),
           'moment', ledger_microseconds(s.moment), 'seal_xid', s.entry_xid::text, 'seal_position', s.entry_position,
           'xid', e.xid::text, 'position', e.position, 'posted_at', ledger_microseconds(e.posted_at), 'content', e.content)::text
      FROM (SELECT * FROM ledger_seal WHERE tenant_id = current_tenant() AND ledger_seal.height > above ORDER BY height LIMIT rows) s
      LEFT JOIN LATERAL (
            SELECT j.xid, j.position, j.posted_at, ledger_export_journal(j) AS content FROM ledger_whole j WHERE s.kind = 'journal' AND j.id = s.entry_id
             UNION ALL
            SELECT o.xid, o.position, o.posted_at, o.content FROM ledger_entry o
             WHERE s.kind <> 'journal' AND o.kind = s.kind AND o.id = s.entry_id AND o.kind <> 'journal') e ON true
     ORDER BY s.height
$$;

CREATE FUNCTION ledger_export_blocks() RETURNS TABLE (last_height bigint, line text) STABLE LANGUAGE sql AS $$
    SELECT last_height, jsonb_build_object('type', 'block', 'number', number, 'first_height', first_height, 'last_height', last_height,
           'head_hash', encode(head_hash, 'hex'), 'previous_hash', encode(previous_hash, 'hex'), 'key_number', key_number,
           'signed_at', ledger_microseconds(signed_at), 'signature', encode(signature, 'hex'))::text
      FROM ledger_block WHERE tenant_id = current_tenant() ORDER BY number
$$;

CREATE FUNCTION ledger_export_keys() RETURNS TABLE (line text) STABLE LANGUAGE sql AS $$
    SELECT jsonb_build_object('type', 'key', 'number', number, 'public_key', encode(public_key, 'hex'),
           'endorsement', encode(endorsement, 'hex'), 'made_at', ledger_microseconds(made_at))::text
      FROM ledger_key WHERE tenant_id = current_tenant() ORDER BY number
$$;

-- Then what the chain does not hold yet, and what is derived from all of it.
CREATE FUNCTION ledger_export_rest() RETURNS TABLE (line text) STABLE LANGUAGE sql AS $$
    (SELECT jsonb_build_object('type', 'unsealed', 'kind', e.kind, 'id', e.id, 'xid', e.xid::text, 'position', e.position,
           'posted_at', ledger_microseconds(e.posted_at), 'content', e.content)::text
      FROM ledger_entry e WHERE e.kind <> 'journal'
       AND NOT EXISTS (SELECT FROM ledger_seal s WHERE s.tenant_id = current_tenant() AND s.entry_id = e.id)
      ORDER BY e.xid, e.position)
     UNION ALL
    SELECT jsonb_build_object('type', 'unsealed', 'kind', 'journal', 'id', j.id, 'xid', j.xid::text, 'position', j.position,
           'posted_at', ledger_microseconds(j.posted_at), 'content', ledger_export_journal(j))::text
      FROM ledger_whole j WHERE NOT EXISTS (SELECT FROM ledger_seal s WHERE s.tenant_id = current_tenant() AND s.entry_id = j.id)
     UNION ALL
    SELECT jsonb_build_object('type', 'stray', 'journal_id', p.journal_id, 'line', p.line)::text
      FROM ledger_posting p WHERE p.tenant_id = current_tenant()
       AND NOT EXISTS (SELECT FROM ledger_journal j WHERE j.tenant_id = p.tenant_id AND j.id = p.journal_id)
     UNION ALL
    SELECT jsonb_build_object('type', 'balance', 'account', account, 'currency', currency, 'loan_id', loan_id, 'party_id', party_id,
           'balance_minor', balance_minor, 'held_minor', held_minor, 'queued_minor', queued_minor, 'floor_minor', floor_minor)::text
      FROM ledger_balance WHERE tenant_id = current_tenant()
     UNION ALL
    SELECT jsonb_build_object('type', 'open_hold', 'hold_id', hold_id, 'expires_at', ledger_microseconds(expires_at))::text
      FROM ledger_open_hold WHERE tenant_id = current_tenant()
     UNION ALL
    SELECT jsonb_build_object('type', 'day', 'account', account, 'currency', currency, 'effective_on', effective_on,
           'debit_minor', debit_minor, 'credit_minor', credit_minor)::text
      FROM ledger_day WHERE tenant_id = current_tenant()
     UNION ALL
    SELECT jsonb_build_object('type', 'mark', 'account', account, 'currency', currency, 'block', block,
           'debit_minor', debit_minor, 'credit_minor', credit_minor)::text
      FROM ledger_mark WHERE tenant_id = current_tenant()
$$;
