"""The end of the story, for a person to read."""

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from local.demo.reckoning import Figures
from local.stack import Endpoints

WIDEST = 100
"""Columns of text that a person reads with ease, however wide the window is."""


def show(figures: Figures, endpoints: Endpoints, console: Console) -> None:
    """Print the figures, what the certificate says, and where to look next."""
    console.print()
    console.print(_figures(figures))
    console.print(_certificate(figures, width=min(WIDEST, console.width)))
    wrong = figures.wrong()
    for sentence in wrong:
        console.print(f"[red]✗[/] {sentence}", highlight=False)
    if not wrong:
        console.print(
            f"[green]✓[/] Every figure is right, after {figures.seconds:.0f} s.", highlight=False
        )
    console.print("\n  The stack stays up: [bold]make down[/] stops it, and keeps its state.")
    console.print("  Another number waits there. Connect it yourself, as its owner would:")
    console.print(f"\n[dim]{endpoints.invitation_url}[/]", highlight=False, soft_wrap=True)


def _figures(figures: Figures) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    sent, origins = figures.broadcast, figures.origins
    rows = (
        ("Imported", f"{figures.imported:,}", f"messages of {figures.expected:,}, in any order"),
        ("Lost", f"{figures.lost}", "known to Meta and not shown by Tandem"),
        ("Doubled", f"{figures.doubled}", "shown twice, though a fifth came twice"),
        ("From customers", f"{origins.get('customer', 0):,}", "never charged"),
        ("From the app", f"{origins.get('app', 0):,}", "typed on the phone: free"),
        ("From the API", f"{origins.get('api', 0):,}", _cost(figures)),
        ("Broadcast", f"{sent.sent} of {sent.asked}", _pace(figures)),
    )
    for row in rows:
        table.add_row(*row)
    return table


def _cost(figures: Figures) -> str:
    return f"templates charged: {figures.paid}, answers free: {figures.free_answers}"


def _pace(figures: Figures) -> str:
    sent = figures.broadcast
    return (
        f"{sent.rate:.1f} of {sent.allowed} a second, {sent.throttled} refused, {sent.twice} twice"
    )


def _certificate(figures: Figures, *, width: int) -> Panel:
    table = Table.grid(padding=(0, 2))
    for line in figures.proven:
        table.add_row("[green]proven[/]", line)
    for line in figures.unprovable:
        table.add_row("[yellow]unprovable[/]", line)
    title = f"Certificate: {figures.certificate}"
    return Panel(table, title=title, title_align="left", width=width)
