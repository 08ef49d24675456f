"""Finds words in an edition that its readers may not read, before it leaves in whatever form.

The finished site is held against everything sealed. An edition may hold what its own readers may read, and no more:
what is looked for is another thing for each audience.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from communique.audit.known import HandedFile, Known, SealedText
from communique.audit.labels import secret_labels
from communique.audit.leaks import Secrets, Shingle, all_secrets, leaks_in_file, standing_in
from communique.audit.tree import Tree
from communique.problems import Problem

#: Whether a text for these names, any of which suffices, may stand in the edition.
MayHold = Callable[[tuple[str, ...]], bool]


@dataclass(frozen=True)
class Guard:
    """Everything sealed that is in no public source, and what of it stands in which text."""

    secrets: Secrets
    texts: tuple[tuple[SealedText, frozenset[Shingle], frozenset[tuple[str, ...]]], ...] = field(repr=False)

    def against(self, may_hold: MayHold) -> Secrets:
        """What must not be in an edition: a run that stands in a text which its readers may read is no secret there."""
        runs: set[Shingle] = set()
        spans: set[tuple[str, ...]] = set()
        for text, in_runs, in_spans in self.texts:
            if may_hold(text.audience):
                runs |= in_runs
                spans |= in_spans
        by_word = {word: [one for one in found if one[0] not in spans] for word, found in self.secrets.spans.items()}
        return Secrets(
            {run: origin for run, origin in self.secrets.runs.items() if run not in runs},
            {word: found for word, found in by_word.items() if found},
        )


def guard_of(known: Known, secrets: Secrets | None = None) -> Guard:
    """`secrets`: what must not be in public, where that is known already."""
    secrets = secrets or all_secrets(known)
    texts = (*known.sealed, *secret_labels(known))
    return Guard(secrets, tuple((text, *standing_in(text, secrets)) for text in texts))


def leaks_in_handed_file(file: HandedFile, guard: Guard, known: Known) -> list[Problem]:
    """The same of a file that the build made and sealed."""
    shown = known.shown(file.name, file.content)
    return leaks_in_edition(file.name, file.content, [shown], guard.against(file.may_hold))


def leaks_in_edition(path: str, content: bytes, shown: Sequence[str | None], secrets: Secrets) -> list[Problem]:
    """Each sealed part of which words stand in the file at `path`, or in what a reader is `shown` of it."""
    told = [one for one in shown if one is not None]
    text = "\n\n".join(told) if len(told) == len(shown) else None
    return sorted(leaks_in_file(Tree({path: content}, name="editions"), path, content, secrets, text))
