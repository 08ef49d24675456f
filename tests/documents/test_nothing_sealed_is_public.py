"""Documents made at random with marked words in sealed places: none of those words is ever in public HTML."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.problems import Refused
from tests.documents.reading import cut, rendered

SECRET = re.compile(r"zq\d+[a-z]+zq")
NASTY = (
    "`", "``", "\\", "*", "_", "**", "<", ">", "&", "&#123;", "[", "]", "(", ")", "|", "\\|", "{", "}", "{oeg}",
    ":", ":::", "\n", "\n\n", "\n    ", "\t", "\u00a0", "\u200b", "\ufeff", "\u2028", "｛", "：", "!", "#",
    "[^1]", "[^1]: ", "[x]: ", "]: ", "](", "~~~", "```", "\r", "\r\n", "'", '"', "§", "é", "x", "  ", "---", "===",
)  # fmt: skip
AUDIENCES = ("partner", "oeg", "core", "state:nz", "oeg, state:mx")


class Writer:
    """Writes sealed and public words, and remembers which part-to-be each sealed word belongs to."""

    def __init__(self, draw: Callable[[st.SearchStrategy[object]], object]) -> None:
        self.draw = draw
        self.made = 0
        self.audience: dict[str, str] = {}
        self.public: list[str] = []

    def pick(self, *choices: str) -> str:
        return str(self.draw(st.sampled_from(choices)))

    def secret(self, audience: str) -> str:
        self.made += 1
        word = f"zq{self.made}{audience.replace(', ', '').replace(':', '')}zq"
        self.audience[word] = ", ".join(sorted(audience.split(", ")))
        return word

    def open(self) -> str:
        self.made += 1
        word = f"pw{self.made}pw"
        self.public.append(word)
        return word

    def words(self, around: str | None) -> str:
        """Some words of running text, a few of them sealed further."""
        plain = self.open if around is None else lambda: self.secret(around)
        inner = {None: AUDIENCES, "partner": ("oeg", "core", "state:nz"), "oeg": ("core", "state:no")}.get(
            around, ("state:no",) if around != "oeg, state:mx" else ("core", "state:no")
        )
        result = []
        for _ in range(int(str(self.draw(st.integers(1, 4))))):
            match self.pick("plain", "strong", "span", "nested", "code", "link", "touching", "odd"):
                case "plain":
                    result.append(plain())
                case "strong":
                    result.append(f"**{plain()}** _{plain()}_")
                case "span":
                    name = self.pick(*inner)
                    mark = self.pick("", "*", "**", "_")
                    result.append(f"[{mark}{self.secret(name)} and {self.secret(name)}{mark}]{{{name}}}")
                case "nested":
                    name = "oeg" if "oeg" in inner else inner[-1]
                    deeper = "core" if name == "oeg" else "state:mx"
                    result.append(
                        f"[{self.secret(name)} [{self.secret(deeper)}]{{{deeper}}} {self.secret(name)}]{{{name}}}"
                    )
                case "code":
                    result.append(f"`{plain()} [x`")
                case "link":
                    result.append(f"[{plain()}](https://a.example/b_(c)) <https://b.example/x>")
                case "touching":
                    name = self.pick(*inner)
                    result.append(f"{plain()}[{self.secret(name)}]{{{name}}}[{self.secret(name)}]{{{name}}}, {plain()}")
                case _:
                    result.append(
                        plain()
                        + self.pick(" \\* x", " [x]", " &amp; y", " a\\_b", " 2 < 3", " (x)", " x_y_z", " \\[a]")
                    )
        return " ".join(result)

    def block(self, around: str | None, depth: int) -> str:
        kinds = ["paragraph", "heading", "list", "ordered", "loose", "table", "quote", "code", "lines"]
        if depth:
            kinds += ["section", "section", "section"]
        match self.pick(*kinds):
            case "paragraph":
                return "W " + self.words(around)
            case "lines":
                return "W " + self.words(around) + "\nw " + self.words(around)
            case "heading":
                return "## H " + self.words(around)
            case "list" | "ordered" as kind:
                return "\n".join(self.item(around, "-" if kind == "list" else f"{n}.") for n in range(3, 6))
            case "loose":
                return "\n\n".join(f"- w {self.words(around)}" for _ in range(2)) + f"\n\n    more {self.words(around)}"
            case "table":
                rows = ["| a | b |", "| --- | ---: |"] + [self.row(around) for _ in range(3)]
                return "\n".join(rows)
            case "quote":
                return "> w " + self.words(around) + "\n> w " + self.words(around)
            case "code":
                return f"```text\n{self.open() if around is None else self.secret(around)} (x) {{a: b}}\n```"
            case _:
                name = (
                    "oeg"
                    if around in (None, "partner")
                    else "core"
                    if around in ("oeg", "oeg, state:mx")
                    else "state:no"
                )
                if around is None:
                    name = self.pick(*AUDIENCES)
                if around is not None and around.startswith("state") and name == around:
                    name = "state:mx"
                blank = self.pick("\n", "\n\n")
                body = "\n\n".join(self.block(name, depth - 1) for _ in range(2))
                return f"::: {name}{blank}{body}{blank}:::"

    def sealed_name(self, around: str | None) -> str:
        if around is None:
            return self.pick(*AUDIENCES)
        return "core" if around in ("partner", "oeg", "oeg, state:mx") else "state:mx"

    def item(self, around: str | None, bullet: str) -> str:
        if self.pick("open", "sealed") == "open":
            return f"{bullet} w {self.words(around)}"
        name = self.sealed_name(around)
        return f"{bullet} {self.secret(name)} {self.pick('', chr(10) + '  lazy ')}{self.secret(name)} {{{name}}}"

    def row(self, around: str | None) -> str:
        if self.pick("open", "sealed") == "open":
            return f"| {self.words(around)} | w |"
        name = self.sealed_name(around)
        return f"| {self.secret(name)} \\| x | {self.secret(name)} | {{{name}}}"


@st.composite
def documents(draw: Callable[[st.SearchStrategy[object]], object]) -> tuple[str, Writer]:
    writer = Writer(draw)
    blocks = [writer.block(None, 2) for _ in range(int(str(draw(st.integers(1, 4)))))]
    return "\n\n".join(blocks) + "\n", writer


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_each_sealed_word_is_in_the_html_of_its_own_part_and_nowhere_else(made: tuple[str, Writer]) -> None:
    body, writer = made

    source, html = cut(body), rendered(body)

    assert SECRET.findall(html[""]) == []
    where = {word: part.name for part in source.parts for word in SECRET.findall(html[part.name])}
    everywhere = [word for text in html.values() for word in SECRET.findall(text)]
    assert sorted(everywhere) == sorted(writer.audience)
    assert {word: str(source.part(name).audience) for word, name in where.items()} == writer.audience
    for word in writer.public:
        assert html[""].count(word) == 1


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.data())
def test_a_slip_of_the_pen_is_refused_or_changes_nothing_about_who_reads_what(
    made: tuple[str, Writer], data: st.DataObject
) -> None:
    body, _ = made
    at = data.draw(st.integers(0, len(body) - 1))
    slip = data.draw(st.sampled_from([*NASTY, None]))
    slipped = body[:at] + body[at + 1 :] if slip is None else body[:at] + slip + body[at:]

    try:
        html = rendered(slipped)
    except Refused:
        return

    assert SECRET.findall(html[""]) == [], slipped
