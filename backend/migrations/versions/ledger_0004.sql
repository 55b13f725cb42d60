-- Accounts for income in suspense, for losses by fraud, and for goodwill beside waivers. They open when first posted to.
INSERT INTO ledger_chart (code, number, name, kind, normal_side, parent, postable, floor_minor) VALUES
    ('interest_in_suspense', 1180, 'Loans: income in suspense', 'asset', 'credit', 'loans', true, NULL),
    ('fraud_loss_expense', 5005, 'Loans lost to fraud', 'expense', 'debit', 'expenses', true, NULL),
    ('goodwill_expense', 5015, 'Goodwill credits', 'expense', 'debit', 'expenses', true, NULL);
