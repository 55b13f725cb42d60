-- Identity: where a tenant's app lives in browsers.

ALTER TABLE tenant_profile ADD COLUMN app_url TEXT;
