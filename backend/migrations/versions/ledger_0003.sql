-- Reconciliation: what banks and rails say happened on an account, line by line, and which posting each line is.

CREATE TABLE ledger_bank_statement (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    id UUID NOT NULL,
    account TEXT NOT NULL,
    format TEXT NOT NULL,
    content_hash BYTEA NOT NULL,
    line_count INTEGER NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_ledger_bank_statement PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_ledger_bank_statement_content UNIQUE (tenant_id, account, content_hash),
    CONSTRAINT ck_ledger_bank_statement_content_hash CHECK (octet_length(content_hash) = 32)
);
GRANT SELECT, INSERT ON ledger_bank_statement TO caas_app;

-- A line's fate is settled once: matched to a posting, or resolved by a person.
CREATE TABLE ledger_bank_line (
    tenant_id UUID DEFAULT current_tenant() NOT NULL,
    id UUID NOT NULL,
    statement_id UUID NOT NULL,
    number INTEGER NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    booked_on DATE NOT NULL,
    amount_minor BIGINT NOT NULL,
    reference TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    journal_id UUID,
    posting_line SMALLINT,
    settled_by TEXT,
    note TEXT,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_ledger_bank_line PRIMARY KEY (tenant_id, id),
    CONSTRAINT uq_ledger_bank_line_number UNIQUE (tenant_id, statement_id, number),
    CONSTRAINT fk_ledger_bank_line_tenant_id_statement_id FOREIGN KEY (tenant_id, statement_id)
        REFERENCES ledger_bank_statement (tenant_id, id),
    CONSTRAINT ck_ledger_bank_line_status CHECK (
        status = 'open' AND settled_by IS NULL AND settled_at IS NULL AND journal_id IS NULL
        OR status = 'matched' AND settled_by IS NOT NULL AND settled_at IS NOT NULL AND journal_id IS NOT NULL
        OR status = 'resolved' AND settled_by IS NOT NULL AND settled_at IS NOT NULL AND note IS NOT NULL)
);
CREATE INDEX ix_ledger_bank_line_open ON ledger_bank_line (tenant_id, account, currency, booked_on) WHERE status = 'open';
CREATE UNIQUE INDEX uq_ledger_bank_line_posting ON ledger_bank_line (tenant_id, journal_id, posting_line) WHERE posting_line IS NOT NULL;
GRANT SELECT, INSERT ON ledger_bank_line TO caas_app;
GRANT UPDATE (status, journal_id, posting_line, settled_by, note, settled_at) ON ledger_bank_line TO caas_app;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger_bank_statement', 'ledger_bank_line'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY tenant_isolation ON %I USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', name);
    END LOOP;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_bank_statement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
