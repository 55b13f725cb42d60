-- Notifications: codes that are read out by a call.

ALTER TABLE delivery DROP CONSTRAINT ck_delivery_channel;
ALTER TABLE delivery ADD CONSTRAINT ck_delivery_channel CHECK (channel IN ('sms', 'whatsapp', 'email', 'in_app', 'voice', 'push'));
