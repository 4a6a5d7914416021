"""The end of the story, for a person to read."""

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from local.demo.reckoning import Figures
from local.stack import Endpoints


def show(figures: Figures, endpoints: Endpoints, console: Console) -> None:
    """Print the figures, what the certificate says, and where to look next."""
    console.print()
    console.print(_figures(figures))
    console.print(_certificate(figures))
    wrong = figures.wrong()
    for sentence in wrong:
        console.print(f"[red]✗[/] {sentence}", highlight=False)
    if not wrong:
        console.print(
            f"[green]✓[/] Every figure is right, after {figures.seconds:.0f} s. The stack stays "
            "up: [bold]make down[/] stops it, and keeps its state.",
            highlight=False,
        )
    console.print(f"[dim]  The page an owner sees: {endpoints.invitation_url}[/]", soft_wrap=True)


def _figures(figures: Figures) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    sent, origins = figures.broadcast, figures.origins
    rows = (
        ("Imported", f"{figures.imported:,}", f"messages of {figures.expected:,}, in any order"),
        ("Lost", f"{figures.lost}", "messages that Meta knows and Tandem does not show"),
        ("Doubled", f"{figures.doubled}", "messages shown twice, though a fifth came twice"),
        ("From customers", f"{origins.get('customer', 0):,}", "never charged"),
        ("From the app", f"{origins.get('app', 0):,}", "typed on the phone: free"),
        ("From the API", f"{origins.get('api', 0):,}", _cost(figures)),
        ("Broadcast", f"{sent.sent} of {sent.asked}", _pace(figures)),
    )
    for row in rows:
        table.add_row(*row)
    return table


def _cost(figures: Figures) -> str:
    return (
        f"{figures.paid} charged and {figures.free_of_charge_by_meta} not, by Meta's own statuses"
    )


def _pace(figures: Figures) -> str:
    sent = figures.broadcast
    return (
        f"{sent.rate:.1f} messages a second of {sent.allowed} allowed, "
        f"{sent.throttled} refused, {sent.twice} twice"
    )


def _certificate(figures: Figures) -> Panel:
    lines = [f"[green]proven[/]      {line}" for line in figures.proven]
    lines += [f"[yellow]unprovable[/]  {line}" for line in figures.unprovable]
    return Panel("\n".join(lines), title=f"Certificate: {figures.certificate}", title_align="left")
