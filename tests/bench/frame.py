"""What every benchmark is made of: its options, the mathematics of its figures, and how it tells them.

Run one as `uv run python -m tests.bench.<name> [--seconds N] [--json]`. Trust ratios between sides that were measured
in turns in one run; absolute figures tell more of the machine than of the program.
"""

import argparse
import json
import math
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """How long to measure in all, whether to end with one line of JSON, and what one benchmark knows by itself."""

    seconds: float
    json: bool
    more: Mapping[str, str]


def options(about: str, *, seconds: float, more: Mapping[str, str] | None = None) -> Options:
    """The options from the command line; `seconds` where none are given, `more` by name with what each is for."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--seconds", type=float, default=seconds, help="how long to measure in all (%(default)s)")
    parser.add_argument("--json", action="store_true", help="end with all figures as one line of JSON")
    for name, purpose in (more or {}).items():
        parser.add_argument(f"--{name}", default="", help=purpose)
    given = parser.parse_args()
    if given.seconds <= 0:
        parser.error("--seconds must be above 0")
    return Options(seconds=given.seconds, json=given.json, more={name: getattr(given, name) for name in more or {}})


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of `values` lie, between its two neighbours in proportion.

    `values` must be sorted. Not a number where there are none.
    """
    if not values:
        return math.nan
    at = (len(values) - 1) * share
    below = math.floor(at)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (at - below)


def geometric_mean(ratios: Iterable[float]) -> float:
    """The mean of ratios: a half and a double cancel out."""
    return math.exp(fmean(math.log(ratio) for ratio in ratios))


def machine() -> Figures:
    """What the figures were measured on, and how busy it was before."""
    return {
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "cpu": _processor(),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows below their headings, the first column to the left and figures to the right."""
    shown = [list(head), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in shown) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in shown
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _shown(cell: object) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def finish(chosen: Options, figures: Mapping[str, Any]) -> None:
    """Ends the benchmark: with `--json` the last line is all of `figures`."""
    if chosen.json:
        print(json.dumps(_rounded(figures), separators=(",", ":")))
    sys.stdout.flush()


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value
