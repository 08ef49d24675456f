"""Search: the page `search`, and the indexes that it loads when somebody asks it something.

There is one index in each language for what everybody may read, and a sealed one for each tier, area and group that has
something of its own. Which words a sealed one holds, and where its shards begin, is sealed with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from communique.audit import Standing
from communique.languages import typography
from communique.policy import PUBLIC, Audience
from communique.sealing.envelope import open_sealed
from communique.sealing.errors import SealingError
from communique.sealing.lists import NO_DOCUMENT
from communique.sealing.primitives import Json, cj
from communique.sealing.sealer import Sealer
from communique.sealing.sections import SealedSource
from communique.searching.collecting import Collected, collect, entries_for, other_names
from communique.searching.index import (
    Index,
    Shard,
    build_index,
    bytes_of,
    weight_of_bytes,
    weight_of_script,
)
from communique_pelican.run import Plan, Run
from communique_pelican.sealed_lists import Write
from communique_pelican.workers import spread

PAGE = "search"
#: The protocol's kind of a sealed index.
KIND = "index"
MEDIA = "application/json"


@dataclass(frozen=True)
class SealedPart:
    """A table or shard of a sealed index: its object, and the plain bytes that the audit compares it with."""

    lang: str
    name: str
    part: str
    object: str = field(repr=False)
    plain: bytes = field(repr=False)


@dataclass(frozen=True)
class Search:
    """All indexes of a site. `public` and `sealed` are the files that a language's page names: the table of what
    everybody may read, and the tables of all others in one.
    """

    public: Mapping[str, str]
    sealed: Mapping[str, str]
    #: Every file by its path below the site's root.
    files: Mapping[str, bytes] = field(repr=False)
    #: The files that are one sealed object each, and those that hold the tables of one language.
    objects: Mapping[str, Standing]
    tables: Mapping[str, tuple[Standing, ...]]
    parts: tuple[SealedPart, ...] = field(repr=False)

    @property
    def named(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """What each language's page names: the table of what everybody may find, those of all other readers, and who
        these are.
        """
        names = {lang: {one.name: None for one in self.parts if one.lang == lang} for lang in self.public}
        return {lang: (path, self.sealed[lang], tuple(names[lang])) for lang, path in self.public.items()}

    @property
    def plain(self) -> Iterator[str]:
        """The paths of what anybody may read."""
        return (path for path in self.files if path not in self.objects and path not in self.tables)


#: No index of anything.
NOTHING = Search({}, {}, {}, {}, {}, ())


def build_search(plan: Plan, sealed: Mapping[tuple[str, str], SealedSource], jobs: int = 1) -> Search:
    """The indexes of all languages, from what the texts' pages show."""
    catalogue = plan.catalogue
    keys = [(document.id, lang) for document in catalogue.documents.values() for lang in document.texts]

    def collecting(batch: Sequence[tuple[str, str]]) -> list[Collected]:
        documents = catalogue.documents
        return [
            collect(catalogue.policy, documents[ident], documents[ident].texts[lang], sealed[ident, lang])
            for ident, lang in batch
        ]

    collected = dict(zip(keys, spread(collecting, keys, jobs), strict=True))
    wanted = [(lang, name) for lang in catalogue.site.languages for name in catalogue.policy.audience_names]

    def indexing(batch: Sequence[tuple[str, str]]) -> list[Made]:
        return [_made(plan, lang, name, collected) for lang, name in batch]

    made = list(spread(indexing, wanted, jobs))
    files: dict[str, bytes] = {}
    objects: dict[str, Standing] = {}
    parts: list[SealedPart] = []
    for one in made:
        files |= one.files
        objects |= one.objects
        parts += one.parts
    public = {lang: one.table for (lang, name), one in zip(wanted, made, strict=True) if name == PUBLIC}
    directories: dict[str, str] = {}
    tables: dict[str, tuple[Standing, ...]] = {}
    for lang in catalogue.site.languages:
        own = [one for one in parts if one.lang == lang and one.part.count("/") == 1]
        shards = {standing.part: path for path, standing in objects.items() if standing.lang == lang}
        told: Json = {"tables": {one.part.removeprefix(f"{PAGE}/"): one.object for one in own}, "shards": shards}
        path, data = _file(f"{PAGE}/{lang}", cj(told))
        files[path] = data
        directories[lang] = path
        tables[path] = tuple(Standing(KIND, NO_DOCUMENT, lang, one.part) for one in own)
    return Search(public, directories, files, objects, tables, tuple(parts))


@dataclass(frozen=True)
class Made:
    """One index with its files. `table` is the path of a public one's."""

    files: Mapping[str, bytes] = field(repr=False)
    table: str = ""
    objects: Mapping[str, Standing] = field(default_factory=dict)
    parts: tuple[SealedPart, ...] = field(default=(), repr=False)


def _made(plan: Plan, lang: str, name: str, collected: Mapping[tuple[str, str], Collected]) -> Made:
    entries = list(entries_for(plan.catalogue, lang, name, collected))
    if name != PUBLIC and not entries:
        return Made({})
    weight = weight_of_script if name == PUBLIC else weight_of_bytes
    index = build_index(entries, weight, other_names(plan.catalogue))
    return (
        Made(*public_index(index, lang))
        if name == PUBLIC
        else _sealed(index, lang, name, plan.sealer, index.is_small(weight))
    )


def public_index(index: Index, lang: str) -> tuple[dict[str, bytes], str]:
    """The files of an index that anybody may read, and the path of its table."""
    files: dict[str, bytes] = {}
    counted = 0

    def write(shard: Shard) -> Json:
        nonlocal counted
        counted += 1
        path, data = _file(f"{PAGE}/{lang}/public/{counted:04}", cj(dict(shard.value)))
        files[path] = data
        return path

    path, data = _file(f"{PAGE}/{lang}/public", cj(index.table(write)))
    files[path] = data
    return files, path


def _sealed(index: Index, lang: str, name: str, sealer: Sealer, is_small: bool) -> Made:
    files: dict[str, bytes] = {}
    objects: dict[str, Standing] = {}
    parts: list[SealedPart] = []
    tid = sealer.tids((name,))[0]
    numbers = iter(sealer.keystore.shard_order(lang, tid, sum(1 for _ in index.shards)))

    def seal(part: str, value: Json) -> str:
        plain = bytes_of(value)
        text = sealer.seal(KIND, NO_DOCUMENT, lang, part, (name,), {"ct": MEDIA}, plain)
        parts.append(SealedPart(lang, name, part, text, plain))
        return text

    def write(shard: Shard) -> Json:
        if is_small:
            return dict(shard.value)
        number = next(numbers)
        part = f"{PAGE}/{tid}/{number:04}"
        path, data = _file(f"{PAGE}/{lang}/{tid}/{number:04}", seal(part, dict(shard.value)), part)
        files[path] = data
        objects[path] = Standing(KIND, NO_DOCUMENT, lang, part)
        # Not its path, which other keys change: a table whose words stay the same is to stay as it is.
        return number

    seal(f"{PAGE}/{tid}", index.table(write))
    # In the order of the numbers, since times of files may tell in which they were written.
    return Made(dict(sorted(files.items())), "", objects, tuple(parts))


def _file(name: str, text: str, called: str = "") -> tuple[str, bytes]:
    """A data script for the search alone: its path, below the site's root, and its line."""
    line = index_script(called or name, text)
    return f"sealed/{name.replace('/', '-')}.{hashlib.sha256(line).hexdigest()[:16]}.js", line


def index_script(name: str, text: str) -> bytes:
    """A text as a script for the search alone: tables name their shards, and no list of a release names either."""
    return f'CQ1_INDEX("{name}",{json.dumps(text)})\n'.replace("<", "\\u003c").encode("ascii")


def write_search(search: Search, tree: Path) -> dict[str, str]:
    """Write the files of all indexes. Gives their paths."""
    for path, data in search.files.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_bytes(data)
    return {path: path for path in search.files}


def write_search_page(run: Run, write: Write) -> None:
    _ = run.messages[run.lang].gettext
    index, sealed, names = run.search.get(run.lang, ("", "", ()))
    languages = {
        code: {"name": typography.language_name(code, run.lang), "dir": typography.direction(code)}
        for code in run.catalogue.site.languages
    }
    page = {
        "title": _("Search"),
        "index": index,
        "sealed": sealed,
        "languages": languages,
        "signed_in": _("You are signed in. What is sealed for you is looked through too."),
    }
    # What is found stands on the page: it is marked as if it did.
    policy = run.catalogue.policy
    write(f"{PAGE}/index.html", PAGE, page, [f"TLP:{policy.tlp(Audience((name,)))}" for name in names])


def opening_indexes(search: Search, sealer: Sealer) -> Callable[[Standing, str], bool]:
    """Whether an object of a sealed index is genuine, opens for its readers, and holds what it should."""
    parts = {(one.lang, one.part): one for one in search.parts}

    def opens(standing: Standing, text: str) -> bool:
        one = parts.get((standing.lang, standing.part))
        if one is None:
            return False
        expected = sealer.context(KIND, NO_DOCUMENT, one.lang, one.part, (one.name,))
        try:
            opened = open_sealed(text, sealer.keys((one.name,)), sealer.signers, expected)
        except SealingError:
            return False
        return opened.body == one.plain

    return opens
