"""The states that the papers name: a map of equal squares and the same as a table, with what can be counted counted."""

from __future__ import annotations

from typing import Any

from communique.figures import Figure
from communique.languages import shown_events, typography
from communique.policy import AREA_PREFIX, State
from communique_pelican.gathered import area_page
from communique_pelican.run import Run
from communique_pelican.sealed_lists import Write

PAGE = "states"
#: The side of a square on the map and the gap between two, in the drawing's own units.
TILE, GAP = 40, 6


def write_states(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    shown = [_shown(run, state) for state in _told(run)]
    shown.sort(key=lambda one: typography.sort_key(one["label"], run.lang))
    page = {
        "title": _("Participating states and hosts"),
        "states": shown,
        "counts": {
            "named": len(shown),
            "participating": sum(one["participating"] is True for one in shown),
            "oeg": sum(one["oeg"] for one in shown),
            "not_participating": sum(one["participating"] is False for one in shown),
            "unknown": sum(one["participating"] is None for one in shown),
            "hosts": sum(one["hosted"] > 0 for one in shown),
        },
        "figures": [_figure(figure, run.lang) for figure in run.catalogue.figures.values()],
        "map": _map([one for one in shown if one["column"]]),
    }
    write(f"{PAGE}/index.html", PAGE, page, [])


def _told(run: Run) -> list[State]:
    """States whose area the site does not name stand nowhere on it."""
    return [state for code, state in run.catalogue.policy.states.items() if AREA_PREFIX + code not in run.opaque]


def _shown(run: Run, state: State) -> dict[str, Any]:
    events = [event for event in run.catalogue.events.public if state.code in event.hosts and not event.is_deadline]
    column, row = state.tile or (0, 0)
    _ = run.messages[run.lang].gettext
    return {
        "code": state.code,
        "label": state.labels[run.lang],
        "participating": state.participating,
        "oeg": state.oeg,
        "standing": _standing(state),
        "path": area_page(run, state.code),
        "hosted": len(events),
        "events": [
            {
                "label": event.labels[run.lang],
                "when": shown_events.when(event, run.lang),
                "status": _(shown_events.STATUS_WORDS[event.status]),
                "is_held": event.is_held,
                **(
                    {"path": run.catalogue.documents[event.document].path(run.lang)}
                    if event.document in run.catalogue.documents
                    else {}
                ),
            }
            for event in events
        ],
        "column": column,
        "row": row,
        "x": (column - 1) * (TILE + GAP),
        "y": (row - 1) * (TILE + GAP),
    }


def _standing(state: State) -> str:
    """What the map shows of it, and the table says in words."""
    if state.participating is None:
        return "unknown"
    if not state.participating:
        return "outside"
    return "oeg" if state.oeg else "participating"


def _figure(figure: Figure, lang: str) -> dict[str, Any]:
    months = {
        "day": typography.format_date(figure.date, lang),
        "month": typography.format_month(figure.date, lang),
        "year": str(figure.date.year),
    }
    return {
        "value": typography.format_number(figure.value, lang),
        "label": figure.labels[lang],
        "when": months[figure.precision],
        "source": figure.sources[lang],
    }


def _map(states: list[dict[str, Any]]) -> dict[str, int]:
    columns, rows = max([one["column"] for one in states], default=0), max([one["row"] for one in states], default=0)
    return {
        "width": max(columns * (TILE + GAP) - GAP, 0),
        "height": max(rows * (TILE + GAP) - GAP, 0),
        "tile": TILE,
    }
