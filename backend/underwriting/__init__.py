"""Decides on applications: features from a bank statement, rules and a scorecard as data, reasons in plain words."""

from backend.underwriting.errors import DecisionNotFound
from backend.underwriting.module import module
from backend.underwriting.usecases.check_statement import check_statement
from backend.underwriting.usecases.keep_policies import ensure_default_policies
from backend.underwriting.usecases.replay_decision import replay_decision

__all__ = ("DecisionNotFound", "check_statement", "ensure_default_policies", "module", "replay_decision")
