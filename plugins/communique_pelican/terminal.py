"""The person who started a verb: asked where one sits at a terminal, never waited for where nobody does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape

from communique.problems import Place, Problem, Refused


@dataclass(frozen=True)
class Terminal:
    """`ask` shows a question and gives the answer; None where nobody is there."""

    console: Console
    ask: Callable[[str], str] | None = None
    #: What counts as a yes, in small letters.
    yes: Sequence[str] = ("y", "yes")

    def say(self, *lines: str) -> None:
        for line in lines:
            self.console.print(escape(line), soft_wrap=True, highlight=False)

    def agrees(self, question: str, *, yes: bool) -> bool:
        """Whether to go on. `yes` was said beforehand, on the command line.

        Raises:
            Refused: it was not, and nobody is there to ask.
        """
        if yes:
            return True
        if self.ask is None:
            what = "this waits for a yes, and nobody is there to ask"
            raise Refused([Problem(Place("--yes"), "nobody-to-ask", what, "read what would change, then add --yes")])
        agreed = self.ask(f"{question} (yes/no) ").strip().lower() in self.yes
        if not agreed:
            self.say("nothing was changed")
        return agreed

    def aside(self, ask: Callable[[str], str], *questions: str, shown: Sequence[str] = ()) -> list[str]:
        """Show and ask what is secret on a screen of its own, which leaves nothing that can be scrolled back to."""
        with self.console.screen(hide_cursor=False):
            self.say(*shown)
            return [ask(question) for question in questions]
