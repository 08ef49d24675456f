"""`invoke schema`: what editors' programs and the documentation know of kinds, written anew where it has changed."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from communique.documents.schema_files import schema_files


def write_schema_files(project: Path, *, console: Console) -> int:
    changed = [path for path, text in schema_files().items() if _differs(project / path, text)]
    for path in changed:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(schema_files()[path], encoding="utf-8", newline="\n")
        console.print(path, highlight=False, markup=False)
    if not changed:
        console.print("everything is current", highlight=False)
    return 0


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text
