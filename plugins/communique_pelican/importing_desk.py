"""`invoke import`: a paper that arrived becomes a draft in `content/`, and a list of what in it is doubtful."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.fields import DOCUMENT_ID, KINDS
from communique.documents.listing import read_data
from communique.importing.drafting import Wishes, kind_of, slug_of
from communique.importing.paper import Draft
from communique.importing.reading import LARGEST_FILE, Imported, draft_paper, read_paper
from communique.policy import Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.site import Site
from communique_pelican.build import build_moment
from communique_pelican.keys import find_register
from communique_pelican.private_files import private_folder
from communique_pelican.terminal import Terminal

#: Outside the content, where every file must be a document's, and private: doubts quote the paper.
DOUBTS = Path(".communique") / "imports"
#: Where a kind of paper lies, unless the editor says it.
_COLLECTIONS = {
    "newsletter": "newsletters",
    "meeting": "meetings",
    "meeting-summary": "meetings",
    "workshop": "meetings",
    "statement": "statements",
    "non-paper": "statements",
    "debriefing": "debriefings",
    "exercise": "exercises",
    "plan": "plans",
    "notice": "notices",
    "guidance": "about",
    "page": "about",
}
_DOUBTS_SHOWN = 40


def import_paper(
    site_dir: Path,
    project: Path,
    *,
    file: str,
    to: str = "",
    kind: str = "",
    lang: str = "",
    audience: str = "",
    terminal: Terminal,
    environ: Mapping[str, str],
) -> int:
    """Write the drafts of a paper, one for each of its parts, where nothing lies yet; then try them.

    Raises:
        Refused: the file is none of those that are read, not safe to read, or its draft would lie where something is.
    """
    content = site_dir / "content"
    site, policy, _ = read_data(content)
    data = _bytes_of(Path(file))
    # A name from elsewhere is shown, and nothing else: no control character of it reaches the terminal.
    shown = re.sub(r"[^\w.,()+ -]", "_", Path(file).name)[-80:]
    wishes = _wishes(site, policy, to=to, kind=kind, lang=lang, audience=audience)
    before = _catalogue(site_dir, site, environ)
    if before is not None:
        symbols = frozenset(one.front.symbol for one in before.documents.values() if one.front.symbol)
        wishes = replace(wishes, symbols=symbols)
    paper = read_paper(data, shown)
    if not wishes.document:
        collection = _COLLECTIONS[wishes.kind or kind_of(paper) or "page"]
        collection = collection if collection in site.collections else next(iter(site.collections))
        wishes = replace(wishes, document=f"{collection}/{slug_of(paper)}")
    imported = draft_paper(paper, policy, wishes)
    several = len(imported.drafts) > 1
    names = {_name(wishes.document, draft, several=several): draft for draft in imported.drafts}
    _write(content, {name: draft.text for name, draft in names.items()}, wishes.lang, site_dir)
    listed = _list_doubts(site_dir, wishes.document, shown, imported, names, wishes.lang)
    _tell(terminal, imported, names, wishes.lang, str(listed.relative_to(site_dir)))
    waiting = _waits_for(site_dir, project, site, names, environ)
    if waiting:
        terminal.say("", "the build waits for your decision about:", *(f"  {problem}" for problem in waiting))
    elif before is None:
        terminal.say("", "the site has other mistakes: mend them (invoke build tells them), then try the draft")
    else:
        terminal.say("", "the build reads the draft as it is. Try it: invoke build")
    terminal.say(
        "then go through the doubts, take from the header what readers need, write the summary, and give each section"
        " its readers; “draft: true” keeps it out of every release until you delete the line",
        "names and figures of the draft that also stand in public text, the build asks about:"
        f" invoke audit.confirm --by NAME --reason WHY --document {next(iter(names))}",
    )
    return 0


def _bytes_of(path: Path) -> bytes:
    if not path.is_file():
        what = "there is no such file"
        raise Refused([Problem(Place(str(path)), "missing-file", what, "write where the paper lies")])
    with path.open("rb") as stream:
        return stream.read(LARGEST_FILE + 1)


def _wishes(site: Site, policy: Policy, *, to: str, kind: str, lang: str, audience: str) -> Wishes:
    problems: list[Problem] = []
    if kind and kind not in KINDS:
        what = f'there is no kind "{kind}"'
        problems.append(Problem(Place("--kind"), "unknown-value", what, did_you_mean(kind, KINDS)))
    if lang and lang not in site.languages:
        what = f'the portal does not speak "{lang}"'
        problems.append(Problem(Place("--lang"), "unknown-language", what, did_you_mean(lang, site.languages)))
    if to and not DOCUMENT_ID.match(to):
        what = f"“{to}” names no document"
        problems.append(Problem(Place("--to"), "bad-document", what, "write collection/name, with a-z, 0-9 and -"))
    elif to and to.split("/")[0] not in site.collections:
        what = f"there is no collection “{to.split('/')[0]}”"
        fix = did_you_mean(to.split("/")[0], site.collections)
        problems.append(Problem(Place("--to"), "bad-document", what, fix))
    wanted = None
    if audience:
        try:
            wanted = policy.parse_audience(audience, Place("--audience"))
        except Refused as refused:
            problems.extend(refused.problems)
        if wanted is not None and wanted.is_public:
            what = "an imported paper is not public before an editor has read it"
            fix = "import it for fewer, and write “audience: public” into the draft when you have"
            problems.append(Problem(Place("--audience"), "import-public", what, fix))
    if problems:
        raise Refused(problems)
    return Wishes(to, lang or site.languages[0], site.as_of, kind, wanted)


def _catalogue(site_dir: Path, site: Site, environ: Mapping[str, str]) -> Catalogue | None:
    """The site as it is, or None where something in it is wrong: that is for the build to say."""
    try:
        return read_catalogue(site_dir / "content", moment=build_moment(site.as_of, environ))
    except Refused:
        return None


def _name(document: str, draft: Draft, *, several: bool) -> str:
    return f"{document}-{draft.part}" if several else document


def _write(content: Path, texts: Mapping[str, str], lang: str, site_dir: Path) -> None:
    """Every folder whole, and only where there is none: what lies there is never changed."""
    for name in texts:
        if (content / name).exists() or (content / name).is_symlink():
            what = "there is a document of this name already"
            fix = "choose another name with --to; this verb never changes what is there"
            raise Refused([Problem(Place(f"{content.name}/{name}"), "document-exists", what, fix)])
    private_folder(site_dir / DOUBTS.parent)
    with tempfile.TemporaryDirectory(dir=site_dir / DOUBTS.parent) as made:
        for index, text in enumerate(texts.values()):
            folder = Path(made) / str(index)
            folder.mkdir()
            with (folder / f"{lang}.md").open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        written: list[Path] = []
        try:
            for index, name in enumerate(texts):
                (content / name).parent.mkdir(exist_ok=True)
                # A folder that came to lie there meanwhile, and holds something, is not replaced: this fails.
                (Path(made) / str(index)).rename(content / name)
                written.append(content / name)
        except OSError as error:
            for path in written:
                shutil.rmtree(path)
            what = f"the draft could not be written ({type(error).__name__})"
            raise Refused(
                [Problem(Place(f"{content.name}/{name}"), "document-exists", what, "look at what lies there")]
            ) from None


def _list_doubts(
    site_dir: Path, document: str, file: str, imported: Imported, names: Mapping[str, Draft], lang: str
) -> Path:
    """Write what the terminal shows, and what was taken out, to a file that no other import has."""
    lines = [f"{file} became " + ", ".join(f"content/{name}/{lang}.md" for name in names), ""]
    lines += [f"doubtful: {len(imported.doubts)}", "", *(str(doubt) for doubt in imported.doubts), ""]
    lines += [f"taken out, as the page's and not the text's: {len(imported.taken_out)}", ""]
    lines += [f"{file}:{one.line}: “{one.text.strip()}”: {one.why}" for one in imported.taken_out]
    folder = site_dir / DOUBTS
    private_folder(folder)
    stem = document.replace("/", "-")
    for number in range(1, 10_000):
        path = folder / (f"{stem}.txt" if number == 1 else f"{stem}-{number}.txt")
        try:
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write("\n".join(lines) + "\n")
        except FileExistsError:
            continue
        path.chmod(0o600)
        return path
    what = "ten thousand lists of doubts lie here"
    raise Refused([Problem(Place(str(DOUBTS)), "would-overwrite", what, "delete those that are dealt with")])


def _tell(terminal: Terminal, imported: Imported, names: Iterable[str], lang: str, listed: str) -> None:
    for doubt in imported.doubts[:_DOUBTS_SHOWN]:
        terminal.say(str(doubt))
    left = len(imported.doubts) - _DOUBTS_SHOWN
    if left > 0:
        terminal.say(f"… and {left} more")
    terminal.say("", *(f"written: content/{name}/{lang}.md" for name in names))
    terminal.say(f"doubtful spots: {len(imported.doubts)}; they, and what was taken out, stand in {listed}")


def _waits_for(
    site_dir: Path, project: Path, site: Site, names: Mapping[str, Draft], environ: Mapping[str, str]
) -> list[Problem]:
    """What a build would say of the drafts."""
    begins = tuple(f"content/{name}/" for name in names)
    try:
        catalogue = read_catalogue(site_dir / "content", moment=build_moment(site.as_of, environ))
    except Refused as refused:
        return [problem for problem in refused.problems if problem.place.file.startswith(begins)]
    try:
        register = find_register(site_dir, project)
    except Refused:
        return []
    problems: list[Problem] = []
    for name in names:
        document = catalogue.documents.get(name)
        for part in document.texts[document.original].source.parts if document else ():
            for one in part.audience.names:
                if one not in register.tiers:
                    what = f'the register has no key for the audience "{one}"'
                    fix = f"use: invoke keys.add --names {one}, or choose another audience"
                    problems.append(Problem(part.place, "audience-without-key", what, fix))
    return problems
