"""Arrears: how late loans are, promises to pay, and help for those who can't pay as agreed."""

from backend.arrears.errors import HardshipNotFound
from backend.arrears.module import module
from backend.arrears.usecases.read_arrears import living_cases

__all__ = ["HardshipNotFound", "living_cases", "module"]
