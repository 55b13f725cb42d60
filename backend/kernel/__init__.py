"""What every context stands on: database, events, jobs, idempotency, identity of the caller, keys, audit, telemetry."""
