-- Support: a rating is asked for when people end a conversation, and answered, declined or left alone.

ALTER TABLE rating ADD COLUMN asked_at TIMESTAMP WITH TIME ZONE;
UPDATE rating SET asked_at = at;
ALTER TABLE rating ALTER COLUMN asked_at SET NOT NULL;
ALTER TABLE rating ADD COLUMN declined BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE rating ALTER COLUMN declined DROP DEFAULT;
ALTER TABLE rating ALTER COLUMN score DROP NOT NULL;
ALTER TABLE rating ALTER COLUMN at DROP NOT NULL;
ALTER TABLE rating ADD CONSTRAINT ck_rating_answered CHECK ((at IS NOT NULL) = (score IS NOT NULL OR declined));
ALTER TABLE rating ADD CONSTRAINT ck_rating_declined CHECK (NOT declined OR score IS NULL);
CREATE INDEX ix_rating_asked_at ON rating (tenant_id, asked_at);
