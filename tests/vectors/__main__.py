"""`uv run python -m tests.vectors DIR` says how many of others' figures are ours."""

import argparse
import sys
from pathlib import Path

from tests.vectors.folder import Folder, NotVectors
from tests.vectors.registry import kinds, run


def main() -> int:
    """Prints `kind passed/total` for each kind in DIR; ends with 0 where all were judged, 2 where DIR has none."""
    parser = argparse.ArgumentParser(prog="python -m tests.vectors", description=__doc__)
    parser.add_argument("dir", type=Path, metavar="DIR", help="a folder of vector files")
    parser.add_argument("--verbose", action="store_true", help="also print what fails, with its first difference")
    parser.add_argument("--kind", action="append", default=[], choices=list(kinds()), help="only this kind; repeatable")
    given = parser.parse_args()
    if not given.dir.is_dir():
        parser.error(f"{given.dir} is not a folder")
    seen = False
    try:
        for result in run(Folder(given.dir), given.kind):
            seen = True
            print(f"{result.kind} {result.passed}/{result.total}")
            if given.verbose:
                for failure in result.failures:
                    print(f"  {failure.id}: {failure.difference}")
            sys.stdout.flush()
    except NotVectors as error:
        parser.error(str(error))
    if not seen:
        parser.error(f"{given.dir} has no vectors of {', '.join(given.kind or kinds())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
