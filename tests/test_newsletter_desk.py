"""`invoke newsletter`: every edition into a private folder, or none at all."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from communique.audit.editions import Guard, guard_of, leaks_in_edition
from communique.audit.known import Known, PublicText, SealedText
from communique.audit.leaks import Secrets
from communique.editions.edition import Edition
from communique.editions.mail import Envelope
from communique.editions.recipients import MailAddress
from communique.editions.said import everything_said
from communique.problems import Place, Refused
from communique_pelican import newsletter_desk, private_files
from communique_pelican.composing_desk import EditionMaker, editions_of
from communique_pelican.issuing import FORMS, Issuing
from communique_pelican.newsletter_desk import find_issue, write_editions
from communique_pelican.run import Plan
from communique_pelican.terminal import Terminal
from tests.editions.conftest import plan_of
from tests.editions.reading_back import READERS
from tests.proofs.canaries import MARK, words, write_site
from tests.proofs.decoding import forms
from tests.site_building import PROJECT, files_of

DESK = MailAddress("portal", "psi-portal.example")
ENVELOPE = Envelope(DESK, DESK)
WORD = re.compile(f"{MARK}[a-z]+")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of canaries, with a home address, and a policy that lets the experts' texts travel by mail."""
    site = tmp_path_factory.mktemp("canaries") / "site"
    write_site(site)
    data = site / "content/data"
    at_home = (data / "site.yaml").read_text(encoding="utf-8").replace("home: null", "home: https://portal.example/")
    (data / "site.yaml").write_text(at_home, encoding="utf-8")
    tiers = (data / "tiers.yaml").read_text(encoding="utf-8")
    (data / "tiers.yaml").write_text(
        re.sub(r"(  (?:partner|oeg):\n)", r"\1    email: allowed\n", tiers), encoding="utf-8"
    )
    return site


@pytest.fixture(scope="module")
def plan(site: Path) -> Plan:
    return plan_of(site)


@pytest.fixture(scope="module")
def maker(plan: Plan) -> EditionMaker:
    return editions_of(plan)


def unguarded(plan: Plan, maker: EditionMaker) -> Issuing:
    return Issuing(plan, maker, Guard(Secrets({}, {}), ()))


#: Not in the text: what a file is called and what is in it, and what a page alone says when a pointer rests on a link.
ELSEWHERE = {"folder", "file-name", "file-content", "image-name", "image-remark", "link-title"}
#: Nor does a page of paper say what an abbreviation is short for.
NOT_ON_PAPER = {("pdf", "abbreviation")}


def written(plan: Plan, maker: EditionMaker) -> Iterator[tuple[str, str, str, str, bytes]]:
    """Every text edition and message of the site, and the PDFs of some papers."""
    press = unguarded(plan, maker)
    for document, form in itertools.product(plan.catalogue.documents.values(), FORMS):
        for lang, name in itertools.product(document.texts, maker.audiences(document)):
            if form == "pdf" and (lang != "en" or "core" not in document.id):
                continue
            if not press.exists(form, document, name):
                continue
            yield document.id, lang, name, form, press.written(form, document, lang, name, ENVELOPE)


def test_a_canary_is_in_every_form_for_its_readers_and_in_none_for_others(plan: Plan, maker: EditionMaker) -> None:
    """In whatever way a word could stand in a file without being seen."""
    policy, canaries = plan.catalogue.policy, words()
    missing: set[tuple[str, str]] = set()
    seen: dict[str, set[str]] = {form: set() for form in FORMS}
    for ident, lang, name, form, content in written(plan, maker):
        text = plan.catalogue.documents[ident].texts[lang]
        # A passage within a closed one is shown to those who hold its name; the word's own audience tells.
        reads = policy.closure([name])
        mine = {word for word in WORD.findall(text.raw) if canaries[word].audience in reads}
        if form == "mail":
            mine = {word for word in mine if {name, canaries[word].audience} <= {"partner", "oeg"}}
        own = set(WORD.findall(ident))
        shown = READERS[form](content)
        found = {word for one in shown for word in WORD.findall(one)}
        # Taking files apart takes long, and the languages are written alike.
        layers = forms(content) if lang == "en" and form != "text" else ()
        hidden = {word.decode() for layer in layers for word in re.findall(MARK.encode() + b"[a-z]+", layer)}
        assert found - mine - own == set(), (ident, name, form)
        assert not any(one[: len(MARK) + 6] for one in hidden - mine - own if not begins(one, mine)), (
            ident,
            name,
            form,
        )
        seen[form] |= found & mine
        missing |= {(form, canaries[word].kind) for word in mine - hidden - found} - {(form, one) for one in ELSEWHERE}
    assert {len(found) > 50 for found in seen.values()} == {True}
    assert missing - NOT_ON_PAPER == set()


def begins(word: str, allowed: set[str]) -> bool:
    """Whether `word` is a piece of one that may be there: a line of a message can end within it."""
    return any(one.startswith(word) or word.startswith(one) for one in allowed)


# -- the guard


def text(audience: str, said: str) -> SealedText:
    return SealedText("papers/one", "en", "s1", (audience,), Place("papers/one/en.md", 3), said)


SHIP = "The ship called at the third port without any papers."
KNOWN = Known(
    sealed=(
        text("core", f"{SHIP} Ask Qxheron."),
        text("oeg", "An expert was heard in the second court."),
        text("oeg", SHIP),
    ),
    public=(PublicText("Everybody may know of this first court.", "body", Place("papers/one/en.md", 1)),),
)


@pytest.mark.parametrize(
    ("said", "readers", "codes"),
    [
        ("nothing of it", ("public",), []),
        (SHIP, ("public",), ["sealed-run"]),
        (SHIP, ("oeg",), []),
        ("Everybody may know of this first court.", ("public",), []),
        ("An expert was heard in the second court.", ("public",), ["sealed-run"]),
        ("An expert was heard in the second court.", ("oeg",), []),
        ("Ask Qxheron!", ("oeg",), ["sealed-name"]),
        ("Ask Qxheron!", ("oeg", "core"), []),
    ],
)
def test_an_edition_may_hold_what_its_readers_may_read_and_no_more(
    said: str, readers: tuple[str, ...], codes: list[str]
) -> None:
    secrets = guard_of(KNOWN).against(lambda names: bool({*names} & {*readers}))

    problems = leaks_in_edition("one.txt", said.encode(), [said], secrets)
    assert [problem.code for problem in problems] == codes
    assert not any("Qxheron" in str(problem) or "third port" in str(problem) for problem in problems)


def test_a_paper_that_nobody_can_look_into_is_not_handed_over() -> None:
    (problem,) = leaks_in_edition("one.pdf", b"%PDF-1.7", [None], guard_of(KNOWN).against(lambda _: True))

    assert problem.code == "not-read"


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_says_too_much_is_refused_and_never_leaves(plan: Plan, maker: EditionMaker, form: str) -> None:
    """As if everything before it had failed: the edition for the core group, handed out as everybody's."""
    document = plan.catalogue.documents["papers/section-text-core"]
    too_much = maker.edition(document, "en", "core")
    said = "\n".join(everything_said(too_much))
    known = Known(sealed=(SealedText(document.id, "en", "s1", ("core",), Place("en.md"), said),))
    press = Issuing(plan, Wrong(maker, too_much), guard_of(known))

    with pytest.raises(Refused) as refused:
        press.written(form, document, "en", "public", ENVELOPE)
    assert "sealed-run" in {problem.code for problem in refused.value.problems}
    assert MARK not in str(refused.value)


class Wrong(EditionMaker):
    def __init__(self, maker: EditionMaker, always: Edition) -> None:
        self._maker, self._always = maker, always

    def edition(self, *_: object) -> Edition:
        return self._always


def test_a_paper_that_is_sealed_as_a_whole_is_no_message_where_nothing_of_it_may_travel(
    plan: Plan, maker: EditionMaker
) -> None:
    press = unguarded(plan, maker)
    sealed = {str(one.front.audience): one for one in plan.catalogue.documents.values() if one.is_sealed}

    with pytest.raises(Refused, match="not-by-mail") as refused:
        press.written("mail", sealed["core"], "en", "core", ENVELOPE)
    assert sealed["core"].texts[sealed["core"].original].source.title not in str(refused.value)
    assert press.written("mail", sealed["oeg"], "en", "oeg", ENVELOPE)


# -- the verb


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def ask(
    site: Path, plan: Plan, maker: EditionMaker, said: io.StringIO, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., int]:
    """The verb, for a site that is read already."""
    monkeypatch.setattr(newsletter_desk, "read_sources", lambda *_, **__: plan)
    monkeypatch.setattr(newsletter_desk, "issuing", lambda *_: unguarded(plan, maker))

    def asked(issue: str = "", *, plan: Plan = plan, output: str | None = None, **named: list[str]) -> int:
        monkeypatch.setattr(newsletter_desk, "read_sources", lambda *_, **__: plan)
        return write_editions(
            site,
            PROJECT,
            issue=issue,
            audiences=named.get("audience", []),
            languages=named.get("lang", []),
            forms=named.get("form", []),
            output=str(tmp_path / "editions") if output is None else output,
            terminal=Terminal(Console(file=said, width=200)),
            jobs=1,
            environ={},
        )

    return asked


def test_the_latest_issue_is_written_for_its_owner_alone_and_again_the_same(
    ask: Callable[..., int], tmp_path: Path, said: io.StringIO
) -> None:
    assert ask(lang=["en"], form=["text", "mail"]) == 0
    folder = tmp_path / "editions/papers/issue-state-nz"
    first = files_of(folder)
    assert set(first) == {
        f"en/{name}.{ends}" for name in ("public", "partner", "oeg", "core", "state-nz") for ends in ("eml", "txt")
    }
    assert {path.stat().st_mode & 0o777 for path in (folder.parent, folder, folder / "en")} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*.*")} == {0o600}
    assert MARK not in said.getvalue()
    assert "editions: 10" in said.getvalue()

    assert ask(lang=["en"], form=["text", "mail"]) == 0
    assert files_of(folder) == first


def test_what_fewer_are_to_get_leaves_nothing_of_before_and_lies_where_nobody_else_looks(
    ask: Callable[..., int], tmp_path: Path
) -> None:
    assert ask(lang=["en", "fr"], form=["text"], audience=["public", "core"]) == 0
    below = tmp_path / "editions/papers/issue-state-nz"
    # Opened by hand, or by a program that copied it.
    for folder in (below, below / "en"):
        folder.chmod(0o755)

    assert ask(lang=["en"], form=["text"], audience=["public"]) == 0
    assert list(files_of(tmp_path / "editions")) == ["papers/issue-state-nz/en/public.txt"]
    assert {path.stat().st_mode & 0o777 for path in (below, below / "en")} == {0o700}
    # Between the two may lie a folder that somebody shares on purpose: it is not ours.
    below.parent.chmod(0o750)
    assert ask(lang=["en"], form=["text"], audience=["public"]) == 0
    assert below.parent.stat().st_mode & 0o777 == 0o750
    (tmp_path / "editions").chmod(0o750)
    with pytest.raises(Refused, match="open-to-others"):
        ask(lang=["en"], form=["text"], audience=["core"])
    (tmp_path / "editions").chmod(0o700)
    (below / "note.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="would-overwrite"):
        ask(lang=["en"], form=["text"], audience=["core"])
    assert sorted(files_of(below)) == ["en/public.txt", "note.docx"]


def test_editions_that_cannot_all_be_written_leave_those_of_before(
    ask: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(lang=["en"], form=["text"], audience=["public"]) == 0
    write, folder = private_files.write_secret, tmp_path / "editions"

    def full(path: Path, *given: str | bytes) -> None:
        if path.name == "core.txt":
            raise OSError("the disk is full")
        write(path, *given)

    monkeypatch.setattr(private_files, "write_secret", full)
    with pytest.raises(OSError, match="full"):
        ask(lang=["en"], form=["text"], audience=["public", "core"])
    assert list(files_of(folder)) == ["papers/issue-state-nz/en/public.txt"]
    assert [path.name for path in (folder / "papers").iterdir()] == ["issue-state-nz"]


def test_one_edition_alone_can_be_asked_for(ask: Callable[..., int], tmp_path: Path) -> None:
    assert ask("issue-oeg", audience=["oeg"], lang=["fr"], form=["pdf"]) == 0
    assert list(files_of(tmp_path / "editions")) == ["papers/issue-oeg/fr/oeg.pdf"]


@pytest.mark.parametrize(
    ("issue", "named", "codes"),
    [
        ("issue-eog", {}, ["unknown-document"]),
        ("", {"audience": ["ogo"]}, ["unknown-audience"]),
        ("", {"audience": ["state:mx"]}, ["no-edition"]),
        ("", {"lang": ["de"], "form": ["fax"]}, ["unknown-language", "unknown-form"]),
        ("notes/plain", {"form": ["mail"]}, ["unknown-form"]),
    ],
)
def test_what_is_not_there_is_named_and_nothing_is_written(
    ask: Callable[..., int], tmp_path: Path, issue: str, named: dict[str, list[str]], codes: list[str]
) -> None:
    with pytest.raises(Refused) as refused:
        ask(issue, **named)
    assert {problem.code for problem in refused.value.problems} == {*codes}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        # The issues alone, the likeliest first.
        ("issue-oge", "    name one of: papers/issue-oeg, papers/issue-"),
        ("issue-state-mz", "    name one of: papers/issue-state-nz, papers/issue-"),
        ("notes/plainn", '    did you mean "notes/plain"?'),
    ],
)
def test_a_misspelt_issue_is_answered_with_the_issues(ask: Callable[..., int], name: str, answer: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(name)
    assert f'ISSUE: there is no document "{name}" [unknown-document]\n{answer}' in str(refused.value)
    assert "notes/" in answer or "notes/" not in str(refused.value)


@pytest.mark.parametrize("place", ["content/editions", "output/en", "content"])
def test_editions_have_no_place_where_others_read(ask: Callable[..., int], site: Path, place: str) -> None:
    before = sorted(site.rglob("*"))
    with pytest.raises(Refused, match="secret-in-public"):
        ask(output=str(site / place))
    assert sorted(site.rglob("*")) == before


def test_without_a_home_address_there_is_no_message_and_the_other_forms_are_written(
    ask: Callable[..., int], plan: Plan, tmp_path: Path
) -> None:
    homeless = replace(plan, catalogue=replace(plan.catalogue, site=replace(plan.catalogue.site, home="")))

    with pytest.raises(Refused, match="no-home"):
        ask(plan=homeless)
    assert ask(plan=homeless, form=["text"], lang=["en"], audience=["public"]) == 0
    assert list(files_of(tmp_path / "editions")) == ["papers/issue-state-nz/en/public.txt"]


def test_nothing_is_written_where_one_edition_of_many_is_refused(
    ask: Callable[..., int], plan: Plan, maker: EditionMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document = find_issue(plan.catalogue, "")
    last = maker.edition(document, "fr", "state:nz")
    told = SealedText(
        "x/y",
        "fr",
        "s1",
        ("nobody",),
        Place("fr.md"),
        f"{last.date_text} {last.symbol} {' '.join(everything_said(last))}",
    )
    monkeypatch.setattr(newsletter_desk, "issuing", lambda *_: Issuing(plan, maker, guard_of(Known(sealed=(told,)))))

    with pytest.raises(Refused, match="sealed-run"):
        ask(form=["text"])
    assert list(tmp_path.iterdir()) == []
