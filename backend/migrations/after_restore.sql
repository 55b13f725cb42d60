-- Gives every stored transaction id a low number, in the order that it had, for a database that was restored from a dump
-- into a server whose own count is lower. What a cursor has passed becomes 0, the cursors 1, the rest 2; real ones begin
-- at 3. Neither chain of hashes contains the numbers, so both stay whole. Ends with the error CR001 when nothing is ahead.

SET LOCAL lock_timeout = '60s';
LOCK TABLE outbox, outbox_cursor, audit_entry, audit_link, ledger_account, ledger_journal, ledger_hold, ledger_hold_end,
    ledger_closing, ledger_seal IN ACCESS EXCLUSIVE MODE;

-- The owner is bound by these as everybody is; the locks keep everybody else out until they are back.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['outbox', 'audit_entry', 'audit_link', 'ledger_account', 'ledger_journal', 'ledger_hold',
                               'ledger_hold_end', 'ledger_closing', 'ledger_seal'] LOOP
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER append_only', name);
    END LOOP;
END $$;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM (
            SELECT xid FROM outbox UNION ALL SELECT xid FROM outbox_cursor UNION ALL
            SELECT xid FROM audit_entry UNION ALL SELECT entry_xid FROM audit_link UNION ALL
            SELECT xid FROM ledger_journal UNION ALL SELECT xid FROM ledger_account UNION ALL
            SELECT xid FROM ledger_hold UNION ALL SELECT xid FROM ledger_hold_end UNION ALL
            SELECT xid FROM ledger_closing UNION ALL SELECT entry_xid FROM ledger_seal) stored
         WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
    THEN
        RAISE EXCEPTION 'no stored transaction id is ahead of the server' USING ERRCODE = 'CR001';
    END IF;
END $$;

-- Only rows from before the dump may count as delivered: those after it have low ids and high positions. What counts as
-- not delivered and was, the inbox keeps from being worked on again.
UPDATE outbox o SET xid = CASE
    WHEN (o.xid, o.position) <= (r.xid, r.position) AND o.position <= r.position THEN '0'::xid8 ELSE '2'::xid8 END
  FROM (SELECT xid, position FROM outbox_cursor ORDER BY xid, position LIMIT 1) r;
UPDATE outbox_cursor SET xid = '1', position = (SELECT position FROM outbox_cursor ORDER BY xid, position LIMIT 1);

UPDATE audit_entry e SET xid = CASE
    WHEN EXISTS (SELECT FROM audit_link l WHERE l.entry_id = e.id) THEN '0'::xid8 ELSE '2'::xid8 END;
UPDATE audit_link SET entry_xid = '1';

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ledger_account', 'ledger_journal', 'ledger_hold', 'ledger_hold_end', 'ledger_closing'] LOOP
        EXECUTE format('UPDATE %I e SET xid = CASE WHEN EXISTS (
            SELECT FROM ledger_seal s WHERE s.tenant_id = e.tenant_id AND s.entry_id = e.id)
            THEN ''0''::xid8 ELSE ''2''::xid8 END', name);
    END LOOP;
END $$;
UPDATE ledger_seal SET entry_xid = '1';

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['outbox', 'audit_entry', 'audit_link'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER append_only', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['ledger_account', 'ledger_journal', 'ledger_hold', 'ledger_hold_end', 'ledger_closing',
                               'ledger_seal'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['outbox', 'audit_entry', 'audit_link', 'ledger_account', 'ledger_journal', 'ledger_hold',
                               'ledger_hold_end', 'ledger_closing', 'ledger_seal'] LOOP
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    END LOOP;
END $$;
