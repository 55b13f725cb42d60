"""Tells the figures of the API's benchmark to people."""

from tests.bench.frame import Figures, table


def show(figures: Figures) -> None:
    """Prints the figures for people."""
    head = (
        "endpoint",
        "SQL",
        "p50 ms",
        "p95",
        "p99",
        "req/s",
        "bare p50",
        "p95",
        "req/s",
        "ratio p50",
        "ratio req/s",
        "errors",
    )
    rows = [
        (
            name,
            one["statements"],
            *(one["ours"][figure] for figure in ("p50_ms", "p95_ms", "p99_ms", "rps")),
            *(one["bare"][figure] for figure in ("p50_ms", "p95_ms", "rps")),
            one["ratio_p50"],
            one["ratio_throughput"],
            one["ours"]["errors"] + one["bare"]["errors"],
        )
        for name, one in figures["endpoints"].items()
    ]
    print(table(head, rows))
    print(
        f"\n{figures['connections']} connections, pool of {figures['pool']},"
        f" {figures['machine']['cpus']} CPUs shared by all"
        f"\nratio p50 {figures['ratio_p50']:.3f}, ratio throughput {figures['ratio_throughput']:.3f},"
        f" errors {figures['errors']}"
    )
