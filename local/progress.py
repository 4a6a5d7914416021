"""What a person sees while a command works: one line a step, a bar where it takes a while.

On a terminal the current step moves; in a log each finished step is one plain line.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column
from rich.text import Text

_WIDTH = 30
_LOG_COLUMNS = 160


class _Count(MofNCompleteColumn):
    """Shows 12/60 for a step that counts, and nothing for one that only lasts."""

    def render(self, task: Task) -> Text:
        return super().render(task) if task.total else Text("")


class Step:
    """One step under way."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def advance(self, by: float = 1) -> None:
        """`by` more of its parts are done."""
        self._progress.advance(self._task, by)

    def at(self, done: float, total: float | None = None) -> None:
        """So many of its parts are done; `total` only when it has changed."""
        self._progress.update(self._task, completed=done, total=total)

    def say(self, detail: str) -> None:
        """What it is at, in a few words after its bar."""
        self._progress.update(self._task, detail=detail, refresh=True)


class Steps:
    """The steps of one command."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()
        if not self.console.is_terminal:
            self.console.width = _LOG_COLUMNS
        self._progress: Progress | None = None

    @contextmanager
    def step(self, title: str, total: float | None = None) -> Iterator[Step]:
        """Show a step while it lasts; `total` when its parts are counted."""
        progress = self._live()
        task = progress.add_task(title, total=total, detail="")
        try:
            yield Step(progress, task)
        except BaseException:
            self._finish(progress, task, "[red]✗[/]")
            raise
        self._finish(progress, task, "[green]✓[/]")

    def _live(self) -> Progress:
        if self._progress is None:
            self._progress = Progress(
                SpinnerColumn(finished_text="[green]✓[/]"),
                TextColumn("{task.description}", table_column=Column(width=_WIDTH)),
                # Where there is little room it is the bar that gives way, never a figure.
                BarColumn(bar_width=24),
                _Count(table_column=Column(no_wrap=True)),
                TimeElapsedColumn(table_column=Column(no_wrap=True)),
                TextColumn("[dim]{task.fields[detail]}[/]"),
                console=self.console,
                transient=True,
            )
        if self.console.is_terminal:
            self._progress.start()
        return self._progress

    def _finish(self, progress: Progress, task: TaskID, mark: str) -> None:
        """Turn the moving step into a line that stays."""
        finished = progress.tasks[progress.task_ids.index(task)]
        seconds, detail = finished.elapsed or 0.0, finished.fields["detail"]
        progress.remove_task(task)
        if not progress.task_ids and self.console.is_terminal:
            progress.stop()
        line = f"{mark} {finished.description:<{_WIDTH}} {seconds:6.1f} s"
        self.console.print(f"{line}  [dim]{detail}[/]" if detail else line, highlight=False)
