"""The statements of the bot's store. Each is atomic by itself and finds out for itself whether it was run before."""

SCOPE = "SELECT set_config('bot.tenant', $1, false)"

# $1 event, $2 conversation, $3 body, $4 now, $5 line, $6 lease or null, $7 until
ACCEPT = """
WITH fresh AS (
    INSERT INTO bot.inbox (event_id, conversation_id, body, received_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT DO NOTHING RETURNING conversation_id
)
INSERT INTO bot.conversation AS c (id, line, arrived, lease, leased_until, created_at, updated_at)
SELECT conversation_id, $5, 1, $6::uuid, CASE WHEN $6::uuid IS NULL THEN '-infinity' ELSE $7::timestamptz END, $4, $4
FROM fresh
ON CONFLICT (tenant, id) DO UPDATE SET
    arrived = c.arrived + 1,
    updated_at = $4,
    lease = CASE WHEN $6::uuid IS NOT NULL AND c.leased_until <= $4 THEN $6 ELSE c.lease END,
    leased_until = CASE WHEN $6::uuid IS NOT NULL AND c.leased_until <= $4 THEN $7 ELSE c.leased_until END
RETURNING id, line, lease, state, due_at IS NOT NULL AS owed, arrived - handled AS waiting
"""

# $1 now, $2 lease, $3 until, $4 limit
WAKE = """
UPDATE bot.conversation SET lease = $2, leased_until = $3
WHERE (tenant, id) IN (
    SELECT tenant, id FROM bot.conversation
    WHERE (arrived > handled OR due_at <= $1) AND leased_until <= $1
    ORDER BY leased_until LIMIT $4 FOR UPDATE SKIP LOCKED
)
RETURNING id, line, lease, state, due_at IS NOT NULL AS owed, arrived - handled AS waiting
"""

WAITING = """
SELECT event_id, body, attempts FROM bot.inbox
WHERE tenant = bot.current_tenant() AND conversation_id = $1 AND done_at IS NULL ORDER BY position
"""

STATE = "SELECT line, state FROM bot.conversation WHERE tenant = bot.current_tenant() AND id = $1"

INTENDED = """
SELECT id, channel, body, about, attempts, not_before FROM bot.outbox
WHERE tenant = bot.current_tenant() AND conversation_id = $1 AND status = 'intended' ORDER BY position
"""

# $1 conversation, $2 lease, $3 state, $4 now, $5 until, $6 event, $7 ids, $8 channels, $9 bodies, $10 abouts
HANDLED = """
WITH mine AS (
    UPDATE bot.conversation SET state = $3, version = version + 1, handled = handled + 1, leased_until = $5,
        due_at = CASE WHEN cardinality($7::uuid[]) > 0 THEN coalesce(due_at, $4) ELSE due_at END, updated_at = $4
    WHERE tenant = bot.current_tenant() AND id = $1 AND lease = $2
        AND EXISTS (SELECT FROM bot.inbox WHERE tenant = bot.current_tenant() AND event_id = $6 AND done_at IS NULL)
    RETURNING id
), done AS (
    UPDATE bot.inbox SET done_at = $4
    WHERE tenant = bot.current_tenant() AND event_id = $6 AND EXISTS (SELECT FROM mine)
), put AS (
    INSERT INTO bot.outbox (id, conversation_id, channel, body, about, not_before, created_at)
    SELECT o.id, $1, o.channel, o.body, o.about, $4, $4
    FROM unnest($7::uuid[], $8::text[], $9::bytea[], $10::uuid[]) WITH ORDINALITY AS o (id, channel, body, about, place)
    WHERE EXISTS (SELECT FROM mine) ORDER BY o.place
)
SELECT id FROM mine
"""

# $1 conversation, $2 lease, $3 event, $4 error, $5 again at
FAILED = """
WITH mine AS (
    UPDATE bot.conversation SET leased_until = $5
    WHERE tenant = bot.current_tenant() AND id = $1 AND lease = $2 RETURNING id
)
UPDATE bot.inbox SET attempts = attempts + 1, error = $4
WHERE tenant = bot.current_tenant() AND event_id = $3 AND EXISTS (SELECT FROM mine) RETURNING attempts
"""

# $1 conversation, $2 lease, $3 now, $4 until, $5 ids, $6 provider's ids, $7 again at, $8 errors
SETTLE = """
WITH tried AS (
    UPDATE bot.outbox o SET
        status = CASE WHEN t.provider_id IS NOT NULL THEN 'sent' WHEN t.again_at IS NOT NULL THEN 'intended'
            ELSE 'failed' END,
        provider_id = coalesce(t.provider_id, o.provider_id),
        attempts = o.attempts + 1,
        not_before = coalesce(t.again_at, o.not_before),
        error = t.error,
        sent_at = CASE WHEN t.provider_id IS NOT NULL THEN $3 ELSE o.sent_at END
    FROM unnest($5::uuid[], $6::text[], $7::timestamptz[], $8::text[]) AS t (id, provider_id, again_at, error)
    WHERE o.tenant = bot.current_tenant() AND o.id = t.id AND o.status = 'intended'
), later AS (
    -- The head of each channel's queue says when to come back for it.
    SELECT min(head.at) AS at, (
        SELECT version FROM bot.conversation WHERE tenant = bot.current_tenant() AND id = $1
    ) AS seen FROM (
        SELECT DISTINCT ON (o.channel) coalesce(t.again_at, o.not_before) AS at FROM bot.outbox o
        LEFT JOIN unnest($5::uuid[], $6::text[], $7::timestamptz[]) AS t (id, provider_id, again_at) ON t.id = o.id
        WHERE o.tenant = bot.current_tenant() AND o.conversation_id = $1 AND o.status = 'intended'
            AND (t.id IS NULL OR t.again_at IS NOT NULL)
        ORDER BY o.channel, o.position
    ) AS head
)
UPDATE bot.conversation c SET
    -- What was intended since this statement began is not among the heads.
    due_at = CASE WHEN c.version = later.seen THEN later.at ELSE least(later.at, $3) END,
    lease = CASE WHEN c.arrived = c.handled THEN NULL ELSE c.lease END,
    leased_until = CASE WHEN c.arrived > c.handled THEN $4::timestamptz ELSE '-infinity' END
FROM later
WHERE c.tenant = bot.current_tenant() AND c.id = $1 AND c.lease = $2
RETURNING c.arrived = c.handled AS free
"""

# $1 id, $2 provider's id, $3 status, $4 now
STATUS = """
UPDATE bot.outbox SET
    status = $3,
    provider_id = coalesce(provider_id, $2),
    sent_at = coalesce(sent_at, $4)
WHERE tenant = bot.current_tenant() AND id = $1
    AND (array_position(ARRAY['intended', 'sent', 'delivered', 'read', 'failed'], status)
      < array_position(ARRAY['intended', 'sent', 'delivered', 'read', 'failed'], $3)
      -- Told again, because whoever heard it first may have died before passing it on; that is done once by its id.
      OR status = $3 AND (about IS NOT NULL OR $3 = 'failed'))
RETURNING conversation_id, about, body
"""

# $1 conversation, $2 line, $3 state, $4 now, $5 ids, $6 channels, $7 bodies, $8 abouts
INTEND = """
WITH fresh AS (
    INSERT INTO bot.outbox (id, conversation_id, channel, body, about, not_before, created_at)
    SELECT o.id, $1, o.channel, o.body, o.about, $4, $4
    FROM unnest($5::uuid[], $6::text[], $7::bytea[], $8::uuid[]) WITH ORDINALITY AS o (id, channel, body, about, place)
    ORDER BY o.place
    ON CONFLICT DO NOTHING RETURNING id
), held AS (
    INSERT INTO bot.conversation AS c (id, line, state, due_at, created_at, updated_at)
    SELECT $1, $2, $3, $4, $4, $4 WHERE EXISTS (SELECT FROM fresh)
    ON CONFLICT (tenant, id) DO UPDATE SET due_at = coalesce(c.due_at, $4), version = c.version + 1
)
SELECT count(*) FROM fresh
"""

# $1 before, $2 long before: by then Meta has given up its retries
FORGET = """
WITH read AS (
    UPDATE bot.inbox SET body = NULL
    WHERE tenant = bot.current_tenant() AND received_at < $1 AND done_at IS NOT NULL AND body IS NOT NULL
    RETURNING 1
), told AS (
    UPDATE bot.outbox SET body = NULL
    WHERE tenant = bot.current_tenant() AND created_at < $1 AND status <> 'intended' AND body IS NOT NULL RETURNING 1
), gone AS (
    DELETE FROM bot.inbox WHERE tenant = bot.current_tenant() AND received_at < $2 AND done_at IS NOT NULL RETURNING 1
), over AS (
    DELETE FROM bot.outbox WHERE tenant = bot.current_tenant() AND created_at < $2 AND status <> 'intended' RETURNING 1
)
SELECT (SELECT count(*) FROM read) + (SELECT count(*) FROM told)
"""

# $1 id
IS_INTENDED = "SELECT EXISTS (SELECT FROM bot.outbox WHERE tenant = bot.current_tenant() AND id = $1)"

KNOW = """
INSERT INTO bot.alias (id, conversation_id, line) VALUES ($1, $2, $3)
ON CONFLICT (tenant, id) DO UPDATE SET conversation_id = $2, line = $3
"""

KNOWN = "SELECT conversation_id, line FROM bot.alias WHERE tenant = bot.current_tenant() AND id = $1"

# $1 now, $2 until
TAKE_FEED = """
INSERT INTO bot.feed AS f (leased_until) VALUES ($2)
ON CONFLICT (tenant) DO UPDATE SET leased_until = $2 WHERE f.leased_until <= $1
RETURNING cursor
"""

KEEP_FEED = "UPDATE bot.feed SET cursor = $1, leased_until = $2 WHERE tenant = bot.current_tenant()"

TOPIC = "SELECT topic_id FROM bot.topic WHERE tenant = bot.current_tenant() AND thread_id = $1"

THREAD = "SELECT thread_id FROM bot.topic WHERE tenant = bot.current_tenant() AND topic_id = $1"

KEEP_TOPIC = "INSERT INTO bot.topic (thread_id, topic_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
