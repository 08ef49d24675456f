"""`invoke translate.export` and `invoke translate.import`: packages for translators, and what comes back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import NullTranslations
from pathlib import Path

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.document import Document
from communique.documents.listing import list_content, read_data
from communique.documents.numbers import of_text, runs
from communique.documents.text_files import cut_text
from communique.languages.accepting import (
    Accepted,
    Given,
    Original,
    Translation,
    accept,
    faults_of,
    known_of,
    pins_file,
)
from communique.languages.handoff import (
    Answer,
    MayRead,
    Offered,
    Old,
    Package,
    Reply,
    Slot,
    Unit,
    as_written,
    trace_of,
    units_of,
)
from communique.languages.messages import load_messages
from communique.languages.pins import Pin, Pins, PinsFile, render_pins
from communique.languages.po_package import as_po, read_po
from communique.languages.status import pins_of_documents, read_pins_files
from communique.languages.xliff_package import as_xliff, read_xliff
from communique.policy import PUBLIC, Audience, Policy
from communique.problems import Place, Problem, Refused, did_you_mean
from communique.sealing.packages import translator
from communique.sealing.sealer import Sealer
from communique_pelican.build import build_moment
from communique_pelican.history import old_blocks
from communique_pelican.keys import Keys, find_keys
from communique_pelican.private_files import private_folder, refuse_exposed, write_secret
from communique_pelican.run import SOURCE_LANGUAGE
from communique_pelican.side_by_side import is_reply, package_name, place_of, read_back, side_by_side
from communique_pelican.terminal import Terminal

#: Private, and ignored by git: what lies here is on its way to somebody.
PACKAGES = Path(".communique") / "packages"
#: A reply of everything that a site says would be shorter.
LARGEST_REPLY = 32_000_000


@dataclass(frozen=True)
class _Texts:
    """All documents with their files, and the pins of their translations."""

    content: Path
    catalogue: Catalogue
    keys: Keys = field(repr=False)
    pins: Mapping[tuple[str, str], Pins]
    files: Mapping[tuple[str, str], PinsFile]

    @property
    def pin(self) -> Pin:
        return self.keys.keystore.pin_hash

    def folder(self, document: Document) -> str:
        """The document in whose files this one is written."""
        return document.released_from or document.id

    def raw(self, document: Document, lang: str) -> bytes:
        path = self.content / self.folder(document) / f"{lang}.md"
        return path.read_bytes() if path.is_file() else b""

    def original(self, document: Document) -> Original:
        text = document.texts[document.original]
        raw = self.raw(document, document.original)
        return Original(document.id, text, as_written(text, raw), raw)

    def translation(self, document: Document, lang: str) -> Translation | None:
        found = document.texts.get(lang)
        if found is None:
            return None
        text = found.as_written
        written = as_written(text, self.raw(document, lang))
        return Translation(text, written, self.pins.get((document.id, lang)))

    def translatable(self, lang: str) -> Iterator[Document]:
        for document in self.catalogue.documents.values():
            if document.original != lang and not document.is_withdrawn:
                yield document


def _read(site_dir: Path, project: Path, environ: Mapping[str, str]) -> _Texts:
    content = site_dir / "content"
    site, _, _ = read_data(content)
    catalogue = read_catalogue(content, moment=build_moment(site.as_of, environ))
    keys = find_keys(site_dir, project, environ)
    files = read_pins_files(content, list_content(content, catalogue.site))
    pins = pins_of_documents(files, catalogue.documents, catalogue.embargoed, keys.keystore.pin_hash, content.name)
    return _Texts(content, catalogue, keys, pins, files)


# -- out


def export(
    site_dir: Path,
    project: Path,
    *,
    to: str,
    document: str = "",
    login: str = "",
    audience: str = "",
    everything: bool = False,
    output: str = "",
    terminal: Terminal,
    environ: Mapping[str, str],
) -> int:
    """Write what wants translating into `to`: as PO, XLIFF and a page to work on; for a login that reads sealed texts
    as a sealed page alone.

    Raises:
        Refused: an unknown language, document, login or audience, or a place where a package must not lie.
    """
    texts = _read(site_dir, project, environ)
    policy = texts.catalogue.policy
    _refuse_unknown(texts.catalogue, to, document)
    grants = _grants(texts, login, audience)

    def may_read(one: Audience) -> bool:
        return policy.may_read(grants, one)

    units: list[Unit] = []
    left_out = 0
    for one in texts.translatable(to):
        if document and document != one.id:
            continue
        offered = _offered(texts, one, to, may_read, site_dir)
        units += [unit for unit in offered.units if everything or unit.state != "current"]
        left_out += offered.left_out
    if not units:
        terminal.say(f"nothing waits to be translated into {to}", *_told_left_out(left_out, login))
        return 0
    is_sealed = any(not unit.is_public for unit in units)
    ident = texts.pin("\x1f".join(("package", to, login, *(f"{unit.id}{unit.state}" for unit in units))))[:20]
    name = texts.catalogue.site.names[to]
    package = Package(ident, name, to, tuple(units), login if is_sealed else "")
    folder = Path(output) if output else site_dir / PACKAGES
    written = _write_package(package, texts, folder, site_dir, project)
    new = sum(unit.state == "new" for unit in units)
    changed = sum(unit.state == "changed" for unit in units)
    terminal.say(
        f"texts to translate: {len(units)} (new: {new}, changed: {changed}), in documents: {len(package.documents)}",
        *_told_left_out(left_out, login),
    )
    terminal.say(*(f"written: {_shown(path, site_dir)}" for path in written))
    terminal.say("when the answer comes back: invoke translate.import FILE")
    return 0


def _told_left_out(count: int, login: str) -> Iterator[str]:
    if count and login:
        yield f"left out, since this translator may not read them: {count}"
    elif count:
        yield f"left out, since they are not public: {count}; --for names a translator who may read more"


def _shown(path: Path, site_dir: Path) -> Path:
    return path.relative_to(site_dir) if path.is_relative_to(site_dir) else path


def _refuse_unknown(catalogue: Catalogue, to: str, document: str) -> None:
    if to not in catalogue.site.languages:
        what = f'the portal does not speak "{to}"'
        fix = did_you_mean(to, catalogue.site.languages)
        raise Refused([Problem(Place("--to"), "unknown-language", what, fix)])
    found = catalogue.documents.get(document)
    if document and found is None:
        what = f'there is no document "{document}"'
        fix = did_you_mean(document, catalogue.documents)
        raise Refused([Problem(Place("--document"), "unknown-document", what, fix)])
    if found is not None and found.original == to:
        what = f"{document} was written in this language"
        raise Refused([Problem(Place("--to"), "no-translation", what, "name the language it is translated into")])


def _grants(texts: _Texts, login: str, audience: str) -> frozenset[str]:
    """What the reader of a package may read: what the login does, and of that no more than `audience`.

    Raises:
        Refused: an unknown login or audience, or sealed text for nobody in particular.
    """
    policy = texts.catalogue.policy
    everybody = policy.closure([PUBLIC])
    theirs = everybody
    if login:
        member = translator(texts.keys.register, login, Place("--for"))
        theirs = policy.closure(member.tiers)
    if not audience:
        return theirs
    wanted = policy.parse_audience(audience, Place("--audience"))
    asked = policy.closure(wanted.names)
    if not asked <= theirs:
        if login:
            what = f"{login} may not read everything that is for {wanted}"
            fix = "name what this translator may read, or grant more: invoke members.grant"
        else:
            what = f"a package for {wanted} holds sealed text, and that is sealed for one translator"
            fix = "name a login of the register that begins with t-: --for t-NAME"
        raise Refused([Problem(Place("--audience"), "not-cleared", what, fix)])
    return asked


def _offered(texts: _Texts, document: Document, lang: str, may_read: MayRead, site_dir: Path | None) -> Offered:
    original, own = texts.original(document), texts.translation(document, lang)
    old: dict[str, Old] = {}
    if site_dir is not None and own is not None and own.pins is not None:
        known = known_of(original, own, texts.catalogue.policy, texts.pin)
        # Looking through the history takes a while: it is asked only where something has changed.
        if any(match.state == "changed" for match in known.blocks):
            found = old_blocks(original.text, own.pins, site_dir, texts.catalogue.policy, texts.pin)
            old = {ident: Old(one.markdown, one.audiences) for ident, one in found.items()}
    return units_of(
        document.id,
        lang,
        document.original,
        original.written,
        own.written if own is not None else None,
        known_of(original, own, texts.catalogue.policy, texts.pin, old),
        may_read=may_read,
        pin=texts.pin,
        glossary=texts.catalogue.glossary,
    )


def _how(messages: NullTranslations) -> list[str]:
    """What a translator reads at the head of a PO file."""
    _ = messages.gettext
    return [
        # Translators: at the head of a PO file for translators; msgstr and fuzzy stand in it
        _(
            "Write each translation into its msgstr. Where a text is marked “fuzzy” the original has changed: correct"
            " the translation, then delete the line with this word; what keeps it is not taken over. Return this file"
            " to the editors."
        ),
        _(
            "Of a link, [words](doc:about/rules), translate the words in brackets alone. Names in braces, [^1] and"
            " {{1}} stay as they are, and stars stay around the words they mark. Within a text all of these may change"
            " places."
        ),
    ]


def _write_package(package: Package, texts: _Texts, folder: Path, site_dir: Path, project: Path) -> list[Path]:
    messages = load_messages(project / "translations", package.language, SOURCE_LANGUAGE)
    policy = texts.catalogue.policy

    def place(unit: Unit) -> str:
        return place_of(unit, messages)

    def audience(unit: Unit) -> str:
        return ", ".join(policy.label(name, package.language) for name in unit.audience.names)

    sealer = Sealer(texts.keys.keystore, texts.keys.register) if package.login else None
    page = folder / package_name(package)
    made: dict[Path, bytes] = {page: side_by_side(package, texts.catalogue.site, policy, messages, project, sealer)}
    if not package.login:
        made[page.with_suffix(".po")] = as_po(package, place, audience, _how(messages)).encode("utf-8")
        made[page.with_suffix(".xlf")] = as_xliff(package, place, audience).encode("utf-8")
    for path in made:
        refuse_exposed(path, site_dir, project)
    private_folder(folder)
    for path, content in made.items():
        write_secret(path, content, replace=True)
    return list(made)


# -- back


@dataclass(frozen=True)
class _Home:
    """What a unit of a package is: of which document, which part of it, and what its reader could read."""

    document: str
    slot: Slot
    unit: Unit
    may_read: MayRead


def take_back(
    site_dir: Path,
    project: Path,
    *,
    file: str,
    terminal: Terminal,
    environ: Mapping[str, str],
) -> int:
    """Put a translator's answers into the files they belong to, and record in the pins what they translate. Either all
    that is finished goes in, or nothing.

    Raises:
        Refused: the file is none of ours, or an answer in it would not be what its original is.
    """
    texts = _read(site_dir, project, environ)
    reply, login = _reply(Path(file), lambda: texts.keys)
    shown = Path(file).name
    lang = reply.language
    if lang not in texts.catalogue.site.languages:
        what = "this answer is in a language that the portal does not speak"
        fix = "known: " + ", ".join(texts.catalogue.site.languages)
        raise Refused([Problem(Place(shown), "unknown-language", what, fix)])
    homes = _homes(texts, lang, login)
    by_document, problems, unknown = _sorted(reply, homes, shown)
    if problems:
        raise Refused(problems)
    by_document, overtaken = _without_overtaken(by_document)
    changed: dict[Path, bytes] = {}
    told: list[str] = []
    for folder in dict.fromkeys(texts.folder(texts.catalogue.documents[name]) for name in by_document):
        try:
            files, said = _taken(texts, folder, lang, by_document, shown)
        except Refused as refused:
            problems += refused.problems
            continue
        changed.update(files)
        told += said
    if problems:
        raise Refused(sorted(set(problems)))
    before = {path: path.read_bytes() if path.is_file() else None for path in changed}
    _replace(changed)
    try:
        read_catalogue(texts.content, moment=build_moment(texts.catalogue.site.as_of, environ))
    except Refused:
        _replace(before)
        raise
    waiting = sum(not answer.done for answer in reply.answers)
    terminal.say(*told)
    if not told:
        terminal.say("nothing in this file is new: every file stays as it is")
    if waiting:
        terminal.say(f"not marked as finished, and left as they were: {waiting}")
    if reply.note.strip():
        terminal.say("the translator writes:", reply.note.strip())
    for home in overtaken:
        place = f"{home.document}, {home.unit.form}" + (f", ¶ {home.unit.number}" if home.unit.number else "")
        terminal.say(f"{place}: not taken over: its translation was changed here after this answer was begun")
    for answer in unknown:
        terminal.say(f"{shown}:{answer.line}: not taken over: the original has changed since, or is no more")
    if unknown or overtaken:
        terminal.say(f"export these again: invoke translate.export --to {lang}")
    return 0


def _reply(path: Path, keys: Callable[[], Keys]) -> tuple[Reply, str]:
    """What came back, and the login it was sealed for.

    Raises:
        Refused: it is no package of ours, or does not open.
    """
    shown = path.name
    if not path.is_file():
        raise Refused([Problem(Place(str(path)), "missing-file", "there is no such file", "write where it lies")])
    if path.stat().st_size > LARGEST_REPLY:
        what = "this file is larger than any answer"
        raise Refused([Problem(Place(shown), "not-a-package", what, "give the file that the translator sent")])
    raw = path.read_bytes()
    if is_reply(raw):
        back = read_back(raw, shown, keys)
        return back.returned.reply, back.login
    if raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return read_xliff(raw, shown), ""
    try:
        return read_po(raw.decode("utf-8"), shown), ""
    except UnicodeDecodeError:
        what = "this file is not UTF-8"
        raise Refused([Problem(Place(shown), "not-utf-8", what, "save it as UTF-8")]) from None


def _homes(texts: _Texts, lang: str, login: str) -> dict[str, _Home]:
    """Every unit that this sender may have been given, by its id. What came unsealed can answer public texts alone."""
    policy = texts.catalogue.policy
    clearances = [policy.closure([PUBLIC])]
    if login:
        member = translator(texts.keys.register, login, Place("keys/register.yaml"))
        theirs = policy.closure(member.tiers)
        clearances += [theirs, *(policy.closure([name]) for name in sorted(theirs))]
    homes: dict[str, _Home] = {}
    for grants in dict.fromkeys(clearances):
        may_read = _reader(policy, grants)
        for document in texts.translatable(lang):
            offered = _offered(texts, document, lang, may_read, None)
            for unit in offered.units:
                homes.setdefault(unit.id, _Home(document.id, offered.slots[unit.id], unit, may_read))
    return homes


def _reader(policy: Policy, grants: frozenset[str]) -> MayRead:
    return lambda audience: policy.may_read(grants, audience)


def _sorted(
    reply: Reply, homes: Mapping[str, _Home], shown: str
) -> tuple[dict[str, dict[Slot, tuple[Answer, _Home]]], list[Problem], list[Answer]]:
    """The finished answers by document, what is wrong with them, and those that fit nothing any more."""
    found: dict[str, dict[Slot, tuple[Answer, _Home]]] = {}
    problems: list[Problem] = []
    unknown: list[Answer] = []
    for answer in reply.answers:
        home = homes.get(answer.id)
        if not answer.done or not answer.text.strip():
            continue
        if home is None:
            unknown.append(answer)
            continue
        slots = found.setdefault(home.document, {})
        if home.slot in slots:
            what = "two answers to one text stand in this file"
            problems.append(Problem(Place(shown, answer.line), "answer-twice", what, "keep one"))
        slots[home.slot] = (replace(answer, text=answer.text.strip("\n").rstrip()), home)
        problems += faults_of(answer, home.unit.form, home.unit.source, shown)
    if unknown and not found:
        what = "nothing in this file belongs to a text of the site as it is now"
        fix = "see that it is this site's package; if the originals have changed since, export them again"
        problems.append(Problem(Place(shown), "not-a-package", what, fix))
    return found, problems, unknown


def _without_overtaken(
    by_document: Mapping[str, Mapping[Slot, tuple[Answer, _Home]]],
) -> tuple[dict[str, dict[Slot, tuple[Answer, _Home]]], list[_Home]]:
    """The answers without those to a text whose translation here is by now neither what the translator began with nor
    what they sent before: an editor has corrected it, or this is an older answer brought in again.
    """
    overtaken: list[_Home] = []
    kept: dict[str, dict[Slot, tuple[Answer, _Home]]] = {}
    for name, slots in by_document.items():
        for slot, (answer, home) in slots.items():
            now = _bare(home.unit.target)
            if _is_untouched(answer, now) and home.unit.state == "current":
                continue
            if _is_overtaken(answer, now):
                overtaken.append(home)
            else:
                kept.setdefault(name, {})[slot] = (answer, home)
    return kept, overtaken


def _is_untouched(answer: Answer, now: str) -> bool:
    """Whether an answer is what the package brought, and something else stands here by now."""
    return answer.began == trace_of(answer.text) and now != answer.text


def _is_overtaken(answer: Answer, now: str) -> bool:
    if not now or now == _bare(answer.text):
        return False
    if answer.was is not None:
        return now not in map(_bare, answer.was)
    return bool(answer.began) and answer.began != trace_of(now)


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").strip("\n").rstrip()


def _taken(
    texts: _Texts,
    folder: str,
    lang: str,
    by_document: Mapping[str, Mapping[Slot, tuple[Answer, _Home]]],
    shown: str,
) -> tuple[dict[Path, bytes], list[str]]:
    """The files of one folder with the answers in them, and what is told of it."""
    catalogue = texts.catalogue
    paper = catalogue.documents[folder]
    below = catalogue.released_by(paper)
    path = texts.content / folder / f"{lang}.md"
    file = f"{texts.content.name}/{folder}/{lang}.md"
    raw = texts.raw(paper, lang)
    before = texts.files.get((folder, lang))
    made: dict[str, Pins] = {}
    told: list[str] = []
    for document in (paper, *((below,) if below is not None else ())):
        answers = by_document.get(document.id, {})
        own = _own(texts, document, lang, raw, file)
        fresh = {slot: pair for slot, pair in answers.items() if _says_something(*pair)}
        if not fresh:
            continue
        if document is not paper and not raw:
            what = f"{document.id} stands below the tearline of {folder}, which has no translation yet"
            fix = f"translate {folder} first, or import both together"
            raise Refused([Problem(Place(shown), "answer-too-early", what, fix)])
        given = Given(
            {slot: answer for slot, (answer, _) in fresh.items()},
            {slot: home.unit.source for slot, (_, home) in fresh.items()},
            {slot: home.may_read for slot, (_, home) in fresh.items() if "{{" in home.unit.source},
        )
        done = accept(
            texts.original(document),
            own,
            raw,
            given,
            lang=lang,
            file=file,
            reply=shown,
            site=catalogue.site,
            policy=catalogue.policy,
            pin=texts.pin,
            below=document is not paper,
        )
        raw, made[document.id] = done.raw, done.pins
        told += _said(file, document, done, fresh.values())
    if not made:
        return {}, []
    pins = pins_file(before, made.get(paper.id), made.get(below.id) if below is not None else None, texts.pin)
    files = {path: raw}
    if pins is not None:
        files[path.with_suffix(".pins")] = render_pins(pins).encode("utf-8")
    return files, told


def _own(texts: _Texts, document: Document, lang: str, raw: bytes, file: str) -> Translation | None:
    """The translation as it stands in `raw`, where an answer may have changed what is above its tearline."""
    found = texts.translation(document, lang)
    if found is None or not document.released_from:
        return found
    whole = cut_text(
        raw.decode("utf-8").removeprefix("\ufeff"), file, lang, texts.catalogue.site, texts.catalogue.policy
    )
    if whole.released is None:
        return None
    text = replace(whole.released.text, released_from=document.released_from)
    return Translation(text, as_written(text, raw), found.pins)


def _says_something(answer: Answer, home: _Home) -> bool:
    """Whether an answer can be new: a translation that is current and comes back as it was changes nothing."""
    return home.unit.state != "current" or answer.text != home.unit.target.strip("\n").rstrip()


def _said(file: str, document: Document, done: Accepted, answered: Iterable[tuple[Answer, _Home]]) -> Iterator[str]:
    numbers = sorted({number for _, home in answered if (number := of_text(home.unit.number)) is not None})
    around = sorted({home.slot.path[0] if home.slot.path else "title" for _, home in answered if home.slot.index < 0})
    told = [*around, *(f"¶ {_run(run)}" for run in runs(numbers))]
    yield f"{file}: taken over into {document.id}: {', '.join(told)}"
    if done.waiting:
        yield f"{file}: these wait for the footnote or paragraph that they belong to: {len(done.waiting)}"


def _run(numbers: Sequence[object]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def _replace(files: Mapping[Path, bytes | None]) -> None:
    """Each file whole, or as it was; one that is None now was not there."""
    for path, content in files.items():
        if content is None:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(draft).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(draft).replace(path)
