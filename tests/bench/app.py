"""Measures the app: first sight and tap against Flet's own one-button app, then many sessions at once.

Both are served by the same server and looked at by the same browser, in turns. The app's answers come from a table, so
that nothing of the platform is in the figures.
"""

import asyncio
import contextlib
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import msgpack
from flet.controls.services.semantics_service import AccessibilityFeatures
from playwright.async_api import Browser
from websockets.asyncio.client import ClientConnection, connect

from tests.bench.frame import Figures, finish, machine, options, table
from tests.builders.browser import chromium, visit

SESSIONS, ABREAST = 200, 16
_SECONDS_A_ROUND = 6
PAGE = {"route": "/", "web": True, "width": 390.0, "height": 844.0, "platform": "linux", "platform_brightness": "light"}
REGISTER, INVOKE = 1, 5
_ANSWERS = {"get_accessibility_features": dict.fromkeys((each.name for each in fields(AccessibilityFeatures)), False)}


@asynccontextmanager
async def served(kind: str, cache: Path) -> AsyncIterator[tuple[str, int]]:
    """A server's address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.app_servers", kind, f"{port}", str(cache)
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    answer = await client.get(f"{url}/fonts/Inter.ttf", headers={"Accept-Encoding": "br"})
                    if answer.headers.get("content-encoding") == "br":
                        break
                await asyncio.sleep(0.2)
        await _resting(process.pid)
        yield url, process.pid
    finally:
        process.terminate()
        await process.wait()


async def _resting(pid: int) -> None:
    """Waits until a server has compressed all its files, the largest for many seconds."""
    used = -1.0
    while _cpu_s(pid) - used > 0.05:
        used = _cpu_s(pid)
        await asyncio.sleep(2)


# What a person sees, by the page's own clock: the page in front of the app goes, and what a tap brings is there.
_WATCHED = """
window.sights = {};
const seen = name => { sights[name] ??= performance.now(); };
addEventListener('pointerdown', () => { sights.tapped = performance.now(); }, { capture: true });
new MutationObserver(() => {
  if (document.getElementById('boot')?.classList.contains('gone')) seen('first');
  if (document.querySelector('[flt-semantics-identifier=get-started]')) seen('brought');
}).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['class'] });
"""


async def sight_and_tap(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds from an empty window to its first sight, and from a tap to what it brings."""
    async with visit(browser, url, before=_WATCHED) as seen:
        await seen.see("continue")
        await seen.page.wait_for_timeout(1000)
        await seen.press("continue")
        await seen.page.get_by_test_id("get-started").wait_for(state="attached")
        at: dict[str, float] = await seen.page.evaluate("sights")
        return at["first"] / 1000, (at["brought"] - at["tapped"]) / 1000


async def side_by_side(ours: str, bare: str, rounds: int) -> Figures:
    """Medians of both sides, measured in turns after one round that does not count."""
    sides: dict[str, list[tuple[float, float]]] = {"ours": [], "bare": []}
    async with chromium() as browser:
        for turn in range(rounds + 1):
            for name, url in (("ours", ours), ("bare", bare)):
                measured = await sight_and_tap(browser, url)
                if turn:
                    sides[name].append(measured)
    figures: Figures = {"rounds": rounds}
    for name, values in sides.items():
        figures[name] = {"first_paint_s": median(v[0] for v in values), "tap_s": median(v[1] for v in values)}
    figures["first_paint_ratio"] = figures["ours"]["first_paint_s"] / figures["bare"]["first_paint_s"]
    figures["tap_ratio"] = figures["ours"]["tap_s"] / figures["bare"]["tap_s"]
    return figures


async def many(url: str, pid: int) -> Figures:
    """What a session costs in memory and CPU, by a client that is no browser."""
    resident, cpu, began = _resident_kb(pid), _cpu_s(pid), time.perf_counter()
    gate = asyncio.Semaphore(ABREAST)
    sockets = await asyncio.gather(*(_session(url, gate) for _ in range(SESSIONS)))
    took = time.perf_counter() - began
    await asyncio.sleep(1)
    figures = {
        "sessions": SESSIONS,
        "session_kb": (_resident_kb(pid) - resident) / SESSIONS,
        "session_cpu_ms": (_cpu_s(pid) - cpu) / SESSIONS * 1000,
        "sessions_per_s": SESSIONS / took,
    }
    await asyncio.gather(*(each.close() for each in sockets))
    return figures


async def _session(url: str, gate: asyncio.Semaphore) -> ClientConnection:
    """Opens a window and waits until its first screen has come."""
    async with gate:
        one = await connect(url.replace("http", "ws") + "/ws", origin=url, max_size=None)  # type: ignore[arg-type]
        await one.send(_packed(REGISTER, {"session_id": None, "page_name": "", "page": PAGE}))
        async with asyncio.timeout(60):
            while True:
                frame = await one.recv()
                assert isinstance(frame, bytes)
                action, body = msgpack.unpackb(frame[1:], strict_map_key=False, ext_hook=_kept)
                if action == INVOKE:
                    answer = {
                        "control_id": body["control_id"],
                        "call_id": body["call_id"],
                        "result": _ANSWERS.get(body["name"]),
                        "error": None,
                    }
                    await one.send(_packed(INVOKE, answer))
                if b"language-ar" in frame:
                    return one


def _packed(*message: object) -> bytes:
    return b"\0" + bytes(msgpack.packb(list(message)))


def _kept(code: int, data: bytes) -> Any:
    return code, data


def _resident_kb(pid: int) -> int:
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1])


def _cpu_s(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / 100


async def measure(seconds: float) -> Figures:
    """All figures."""
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        async with served("bare", cache) as (bare, _), served("ours", cache) as (ours, pid):
            figures = await side_by_side(ours, bare, max(2, int(seconds / _SECONDS_A_ROUND / 2)))
            figures |= await many(ours, pid)
    return figures


def main() -> None:
    """Measures and tells."""
    chosen = options(__doc__ or "", seconds=200)
    here = machine()
    figures = {"machine": here, **asyncio.run(measure(chosen.seconds))}
    rows = [(name, figures[name]["first_paint_s"], figures[name]["tap_s"]) for name in ("ours", "bare")]
    ratios = ("ratio", figures["first_paint_ratio"], figures["tap_ratio"])
    print(table(("side", "first sight s", "tap s"), [*rows, ratios]))
    print(
        f"\n{figures['sessions']} sessions: {figures['session_kb']:.0f} kB and {figures['session_cpu_ms']:.0f} ms"
        f" of CPU each, {figures['sessions_per_s']:.1f} begun a second"
    )
    finish(chosen, figures)


if __name__ == "__main__":
    main()
