"""`python -m bench`: every figure beside its budget. Exit code 0 only if all of them hold."""

import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.table import Table

from bench import cost, history, live, pace, webhook
from bench.measure import Result

LOG_COLUMNS = 140

BENCHES: tuple[Callable[[], Iterator[Result]], ...] = (
    webhook.results,
    history.results,
    pace.results,
    cost.results,
    live.results,
)


def main() -> int:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "measured", "budget", "unit", "against"):
        table.add_column(heading, justify="right" if heading in ("measured", "budget") else "left")
    results = [result for bench in BENCHES for result in bench()]
    for result in results:
        colour = "green" if result.holds else "red"
        sign = "≥" if result.at_least else "≤"
        table.add_row(
            result.name,
            f"[{colour}]{result.figure:.3g}[/]",
            f"{sign} {result.budget:g}",
            result.unit,
            f"[dim]{result.floor}[/]",
        )
    console = Console()
    if not console.is_terminal:
        console.width = LOG_COLUMNS
    console.print(table)
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
