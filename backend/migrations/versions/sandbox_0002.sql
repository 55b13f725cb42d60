-- The sandbox: in which language a call was read out.

ALTER TABLE sandbox_message ADD COLUMN language TEXT;
