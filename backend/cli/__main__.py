"""Lets a process start another one as `python -m backend.cli`."""

from backend.cli import main

main(prog_name="caas")
