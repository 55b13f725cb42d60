"""What every process imports at its start; anything that takes long and few need waits for its moment."""

import subprocess
import sys

from alembic.config import Config
from alembic.script import ScriptDirectory

from backend.kernel.revisions import SCRIPTS, heads
from tests.architecture.sources import ROOT

LATE = ("alembic", "mako", "ofxtools", "opentelemetry.exporter", "requests")


def test_the_api_starts_without_what_few_requests_need() -> None:
    script = f"import sys, backend.cli.serve; print(*[name for name in {LATE} if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)

    assert found.stdout.split() == []


def test_the_newest_revisions_are_those_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")

    assert heads() == frozenset(ScriptDirectory.from_config(config).get_heads())
    assert heads()
