-- Support: bots hear of what notifications have to tell; messages have buttons, a link, and what was tapped.

ALTER TABLE bot_feed DROP CONSTRAINT ck_bot_feed_kind;
ALTER TABLE bot_feed ADD CONSTRAINT ck_bot_feed_kind CHECK (kind IN ('message_from_borrower', 'message_from_agent', 'message_from_bot', 'nudge', 'note', 'handed_off', 'assigned', 'snoozed', 'returned_to_bot', 'resolved', 'linked', 'link_ended', 'stepped_up', 'step_up_refused'));
ALTER TABLE message ADD COLUMN more BYTEA;
