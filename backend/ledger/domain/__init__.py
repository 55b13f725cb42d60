"""Books without a database: the chart, journals, balances and the chain of proof, all pure."""
