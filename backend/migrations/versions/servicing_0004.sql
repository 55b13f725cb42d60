-- How a loan's policy on losses judges it: its bucket, and since when its income stands in suspense until it is paid.
ALTER TABLE loan
    ADD COLUMN loss_bucket TEXT,
    ADD COLUMN non_accrual_since DATE;
