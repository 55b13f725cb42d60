"""Decides on applications: features from a bank statement, rules and a scorecard as data, reasons in plain words."""
