-- Debits and credits of one account in each currency as the books stood at a moment: of all that the chain had reached by
-- then. Reads the last mark and the part of a block that follows it, by height even where the chain is believed to be
-- empty, as after a quick growth; what is not sealed yet counts by its own instant.
CREATE OR REPLACE FUNCTION ledger_volumes_at(one text, at timestamptz)
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
          FROM (
               SELECT s.entry_id FROM ledger_seal s
                WHERE s.tenant_id = current_tenant() AND s.kind = 'journal'
                  AND s.height > (SELECT coalesce((SELECT last_height FROM block), 0)) AND s.height <= (SELECT height FROM reached)
                ORDER BY s.height OFFSET 0) sealed
         CROSS JOIN LATERAL (
               SELECT * FROM ledger_posting p WHERE p.tenant_id = current_tenant() AND p.journal_id = sealed.entry_id OFFSET 0) leg
         WHERE leg.account = one
         UNION ALL
        SELECT u.currency, u.debit_minor, u.credit_minor FROM ledger_unsealed(one) u WHERE u.posted_at <= at) counted
     GROUP BY currency ORDER BY currency
$$;
