"""Leftovers, links, the security policy and sealed objects: one fault at a time in a page that has none."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from communique.audit import CONTENT_SECURITY_POLICY, Known, Standing, Tree, audit
from communique.audit.content_security import content_security
from communique.audit.links import links
from communique.audit.markers import markers
from communique.audit.objects import objects
from communique.problems import Problem


def b64u(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def cj(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def context(**changes: object) -> dict[str, object]:
    whole: dict[str, object] = {
        "site": "psi-portal.example",
        "kind": "section",
        "doc": "p/y",
        "lang": "en",
        "part": "s3",
        "aud": ["nat-nz", "oeg"],
    }
    return {**whole, **changes}


def sealed(header: dict[str, object] | None = None, **changes: object) -> str:
    recipients = [
        {"encrypted_key": b64u(bytes(40)), "header": {"alg": "A256KW", "kid": kid}} for kid in ("nat-nz.1", "oeg.3")
    ]
    head = header or {"enc": "A256GCM", "typ": "cq1+jwe", "cq": context()}
    whole: dict[str, object] = {
        "protected": b64u(cj(head).encode()),
        "recipients": recipients,
        "iv": b64u(bytes(12)),
        "ciphertext": b64u(bytes(512)),
        "tag": b64u(bytes(16)),
        "unprotected": {"cq_sig": b64u(bytes(64))},
    }
    return cj({**whole, **changes})


OBJECT = sealed()
BOX = '<div id="s3" data-cq-part="s3" data-cq-aud="nat-nz oeg" data-cq-lang="en">'
#: The same box on a page that is not its document's.
GUEST = BOX.replace('id="s3"', 'id="p.y.s3" data-cq-doc="p/y" data-cq-kind="section"')
PAGE = f"""<!DOCTYPE html>
<html lang="en" data-doc="p/y" data-root="../../../">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">
<title>Portal</title>
<link rel="stylesheet" href="../../../theme/a.css">
<link rel="canonical" href="https://portal.example/en/p/y/">
<link rel="alternate" hreflang="es" href="https://portal.example/es/p/y/">
<script type="application/ld+json">{{"name":"T \\u003cb>"}}</script>
<script defer src="../../../theme/a.js"></script>
</head>
<body>
<a href="#main">skip</a>
<main id="main">
<p id="p1"><a href="#p1">1</a> Text, <a href="../../index.html#top">home</a>, and
<a href="../z/index.html#p%C3%A9">there</a>. Outward: <a href="https://example.org/">site</a>,
<a href="mailto:a@example.org">mail</a>, <a href="tel:+1">call</a></p>
<pre><code>::: oeg {{{{ braces }}}} [x]{{oeg}} {{filename}}</code></pre>
{BOX}
<script type="application/jose+json" data-cq="s3">{OBJECT}</script>
</div>
<div id="m" data-msg-one='{{"one":"a","other":{{"x":"b"}}}}'></div>
<dialog><form method="dialog"><button>OK</button></form></dialog>
</main>
</body>
</html>
"""
PATH = "en/p/y/index.html"
FILES = {
    PATH: PAGE,
    "en/index.html": PAGE.replace("../../../", "../").replace("../../index", "../en/index").replace(
        "../z/", "../en/p/z/"
    ).replace(BOX, GUEST),
    "en/p/z/index.html": PAGE.replace('id="main"', 'id="pé"').replace("#main", "#pé").replace(BOX, GUEST),
    "theme/a.css": "@media print { a { background: url(a.svg) } } /* url(nowhere) @import */",
    "theme/a.js": "const selector = '[data-cq-place]', text = `${a} {{ }}`;",
    "theme/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
    "404.html": (
        PAGE.replace("../../index.html#top", "en/index.html").replace("../z/", "../en/p/z/").replace(BOX, GUEST)
    ),
    ".nojekyll": "",
}  # fmt: skip
KNOWN = Known(
    expected=frozenset(FILES),
    objects=dict.fromkeys(
        [path for path in FILES if path.endswith(".html")], (Standing("section", "p/y", "en", "s3"),)
    ),
    audiences=frozenset({"oeg", "state:nz"}),
    site="psi-portal.example",
)


def tree(**changes: str) -> Tree:
    """The clean site with one page changed."""
    return Tree({path: text.encode() for path, text in {**FILES, **changes}.items()})


def with_page(old: str, new: str) -> Tree:
    assert old in PAGE
    return tree(**{PATH: PAGE.replace(old, new, 1)})


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_a_clean_site_has_no_findings():
    assert list(map(str, audit(tree(), KNOWN))) == []


def test_the_whole_audit_finds_what_the_single_checks_find():
    broken = with_page("Text,", '<i style="x">{{ cqpart12q }} <a href="/">x</a></i>')
    single = [problem for check in (markers, objects, content_security, links) for problem in check(broken, KNOWN)]
    assert audit(broken, KNOWN) == sorted(set(single))
    assert len(single) >= 3


def test_files_may_be_looked_at_in_any_order():
    broken = with_page("Text,", '<i style="x">{{ cqpart12q }} <a href="/">x</a></i>')
    backwards = audit(broken, KNOWN, lambda look, paths: [look(path) for path in reversed(paths)])
    assert backwards == audit(broken, KNOWN)


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ("cqpart12q", "unfilled-place"),
        ('<i title="cqpart3q">x</i>', "unfilled-place"),
        ('<div data-cq-place="s4"></div>', "unfilled-place"),
        ("\n::: oeg\nwords\n", "leftover-fence"),
        ("some [words]{oeg} here", "leftover-braces"),
        ("some [words]{anything} here", "leftover-braces"),
        ("an item {oeg, state:nz}", "leftover-braces"),
        ("{{ title }}", "leftover-template"),
        ("{% if x %}", "leftover-template"),
        ('<i title="{{ title }}">x</i>', "leftover-template"),
        ('<a href="{filename}a.md">x</a>', "leftover-link-word"),
        ('<a href="%7Battach%7Da.pdf">x</a>', "leftover-link-word"),
        ("see |filename|a.md", "leftover-link-word"),
    ],
)
def test_a_leftover_is_found_where_it_stands(planted, code):
    found = markers(with_page("Text,", planted), KNOWN)
    assert set(codes(found)) == {code}
    assert all(problem.place.file == f"output/{PATH}" and problem.place.line in (16, 17) for problem in found)


@pytest.mark.parametrize("path", ["feed.xml", "a.txt", "theme/x.svg"])
def test_leftovers_are_found_outside_pages_too(path):
    assert sorted(codes(markers(tree(**{path: "one\n::: oeg\n{{ x }} {filename}"}), KNOWN))) == [
        "leftover-fence", "leftover-link-word", "leftover-template", "leftover-template",
    ]  # fmt: skip
    assert codes(markers(tree(**{path: "cqpart1q"}), KNOWN)) == ["unfilled-place"]
    assert codes(markers(tree(**{f"cqpart1q{path}": "x"}), KNOWN)) == ["unfilled-place"]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("../z/index.htm", "dead-link"),
        ("../z/index.html#nowhere", "dead-anchor"),
        ("#nowhere", "dead-anchor"),
        ("../z/", "folder-link"),
        ("../z", "folder-link"),
        ("../../", "folder-link"),
        ("../../../../index.html", "dead-link"),
        ("", "dead-link"),
        ("/en/index.html", "absolute-link"),
        ("//host.example/x", "absolute-link"),
        (r"\\host\x", "absolute-link"),
        ("javascript:alert(1)", "forbidden-address"),
        (" java\nscript:alert(1)", "forbidden-address"),
        ("&#106;avascript:alert(1)", "forbidden-address"),
        ("data:text/html,x", "forbidden-address"),
        ("http://example.org/", "forbidden-address"),
        ("doc:meetings/paris-2008", "forbidden-address"),
        ("file:///etc/passwd", "forbidden-address"),
    ],
)
def test_a_link_that_leads_nowhere_or_too_far_is_found(address, code):
    assert codes(links(with_page("Text,", f'<a href="{address}">x</a>'), KNOWN)) == [code]


def test_a_near_miss_is_told_its_neighbour():
    found = links(with_page("Text,", '<a href="../z/index.htm">x</a>'), KNOWN)
    assert "en/p/z/index.html" in found[0].next
    found = links(with_page("Text,", '<a href="../zz/index.html">x</a>'), KNOWN)
    assert found[0].code == "dead-link"


def test_an_id_that_stands_twice_is_found():
    assert codes(links(with_page("Text,", '<i id="p1">x</i>'), KNOWN)) == ["anchor-twice"]


@pytest.mark.parametrize("tag", ["<img src=x.png>", "<img srcset='x.png 2x'>", "<video poster=x.png></video>"])
def test_what_a_page_loads_must_be_there(tag):
    assert codes(links(with_page("Text,", tag), KNOWN)) == ["dead-link"]


def test_what_a_style_sheet_loads_must_be_there():
    found = links(tree(**{"theme/a.css": "/* url(x) */\n\na { background: url('x.png') }"}), KNOWN)
    assert [str(problem.place) for problem in found] == ["output/theme/a.css:3"]


@pytest.mark.parametrize(
    ("planted", "code"),
    [
        ("<script>x()</script>", "inline-script"),
        ("<script src=../../../theme/a.js>x()</script>", "inline-script"),
        ('<script type="application/ld+json">x()</script>', "inline-script"),
        ('<script type="application/ld+json">{"name": "<b>"}</script>', "inline-script"),
        ('<script type="application/ld+json" src=../../../theme/a.js>{}</script>', "inline-script"),
        ('<script type="application/jose+json">{}</script>', "inline-script"),
        ('<script type="application/json" data-cq="s9">{}</script>', "inline-script"),
        ('<script type="module" src="../../../theme/a.js"></script>', "script-type"),
        ("<style>a{}</style>", "forbidden-element"),
        ('<p style="color:red">x', "inline-style"),
        ('<p onclick="x()">x', "inline-handler"),
        ('<p OnMouseOver="x()">x', "inline-handler"),
        ('<base href="x">', "forbidden-element"),
        ('<iframe src="../z/index.html"></iframe>', "forbidden-element"),
        ('<object data="x"></object>', "forbidden-element"),
        ("<embed>", "forbidden-element"),
        ('<form action="https://example.org/">', "forbidden-attribute"),
        ('<button formaction="x">', "forbidden-attribute"),
        ('<meta http-equiv="Refresh" content="0;url=x">', "forbidden-element"),
        ('<img src="https://example.org/a.png">', "third-party"),
        ('<img src="//example.org/a.png">', "third-party"),
        ('<img srcset="a.png, https://example.org/a.png 2x">', "third-party"),
        ('<script src="https://example.org/a.js"></script>', "third-party"),
        ('<link rel="stylesheet" href="https://example.org/a.css">', "third-party"),
        ('<link rel="preconnect" href="https://example.org">', "third-party"),
        ('<link href="https://example.org">', "third-party"),
        ('<svg><use href="https://example.org/a.svg#a"></svg>', "third-party"),
        ('<video src="https://example.org/a.mp4"></video>', "third-party"),
        ('<a ping="https://example.org/" href="#main">x</a>', "forbidden-attribute"),
        ('<script integrity="sha256-x" src="../../../theme/a.js"></script>', "forbidden-attribute"),
        ('<a href="#main" href="javascript:x">x</a>', "attribute-twice"),
    ],
)
def test_what_the_policy_forbids_is_found(planted, code):
    assert code in codes(content_security(with_page("Text,", planted), KNOWN))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('<meta http-equiv="Content-Security-Policy"', "<meta", "no-policy"),
        ("default-src 'none'", "default-src 'self'", "other-policy"),
        ("trusted-types communique", "trusted-types communique *", "other-policy"),
        (
            '<meta charset="utf-8">',
            '<meta charset="utf-8"><script src="../../../theme/a.js"></script>',
            "late-policy",
        ),
        ('<meta charset="utf-8">', "", "late-charset"),
        (
            "<title>",
            f'<meta http-equiv="content-security-policy" content="{CONTENT_SECURITY_POLICY}"><title>',
            "policy-twice",
        ),
    ],
)
def test_a_page_without_the_exact_policy_in_the_right_place_is_found(old, new, code):
    assert code in codes(content_security(with_page(old, new), KNOWN))


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("theme/a.css", "@import 'b.css';", "css-import"),
        ("theme/a.css", "a { background: url( 'https://example.org/a.png') }", "third-party"),
        ("theme/a.css", "a { background: url(//example.org/a.png) }", "third-party"),
        ("theme/a.svg", "<svg onload='x()'></svg>", "inline-handler"),
        ("theme/a.svg", "<svg><script>x()</script></svg>", "inline-script"),
        ("theme/a.svg", "<svg><image href='https://example.org/a.png'/></svg>", "third-party"),
        ("theme/a.js", "fetch('https://example.org/x')", "third-party"),
    ],
)
def test_files_beside_the_pages_are_held_to_the_policy(path, text, code):
    assert codes(content_security(tree(**{path: text}), KNOWN)) == [code]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{}",
        "[]",
        "nonsense",
        OBJECT + " ",
        OBJECT.replace(":", ": ", 1),
        OBJECT.replace('"tag"', '"tag":"","tag"'),
        sealed(iv=b64u(bytes(11))),
        sealed(iv="=" * 16),
        sealed(iv=1),
        sealed(tag=b64u(bytes(15))),
        sealed(tag=b64u(bytes(16))[:-1] + "B"),
        sealed(ciphertext=""),
        sealed(ciphertext=1.5),
        sealed(unprotected={}),
        sealed(unprotected={"cq_sig": b64u(bytes(63))}),
        sealed(unprotected={"cq_sig": b64u(bytes(64)), "x": 1}),
        sealed(aad="x"),
        sealed(recipients=[]),
        sealed(recipients=[{"encrypted_key": b64u(bytes(40)), "header": {"alg": "dir", "kid": "oeg.3"}}]),
        sealed(recipients=[{"encrypted_key": b64u(b""), "header": {"alg": "A256KW", "kid": "oeg.3"}}]),
        sealed(recipients=[{"encrypted_key": b64u(bytes(40)), "header": {"alg": "A256KW", "kid": "oeg.3"}}]),
        sealed(recipients=[{"encrypted_key": b64u(bytes(40)), "header": {"alg": "A256KW", "kid": "oeg.03"}}]),
        sealed(recipients=json.loads(OBJECT)["recipients"][::-1]),
        sealed(recipients=json.loads(OBJECT)["recipients"] * 33),
        sealed(protected=b64u(b"\xff")),
        sealed(protected=b64u(json.dumps({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context()}).encode())),
        sealed({"enc": "A256GCM", "typ": "cq2+jwe", "cq": context()}),
        sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(), "zip": "DEF"}),
        sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(doc="../x")}),
        sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(lang="EN")}),
        sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(aud=["oeg", "nat-nz"])}),
        sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(extra="x")}),
        sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(rel=0)}),
    ],
)
def test_an_object_of_another_shape_is_found_and_not_quoted(broken):
    found = objects(with_page(OBJECT, broken), KNOWN)
    assert codes(found) == ["object-shape"]
    assert "AAAA" not in str(found[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('data-cq="s3"', 'data-cq="s4"'),
        ('data-cq-part="s3"', 'data-cq-part="s4"'),
        ('data-cq-aud="nat-nz oeg"', 'data-cq-aud="oeg"'),
        ('data-cq-lang="en"', 'data-cq-lang="es"'),
        (BOX, BOX.replace("data-cq-part", 'data-cq-doc="p/z" data-cq-kind="section" data-cq-part')),
        (BOX, GUEST.replace('data-cq-kind="section"', 'data-cq-kind="document"')),
        (BOX, "<p data-cq-part='s4'></p>"),
        (OBJECT, sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(doc="p/z")})),
        ('id="s3"', 'id="s33"'),
        (OBJECT, sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(site="elsewhere")})),
        (OBJECT, sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(kind="index")})),
    ],
)
def test_an_object_in_another_place_than_it_was_sealed_for_is_found(old, new):
    assert set(codes(objects(with_page(old, new), KNOWN))) == {"object-misplaced"}


def test_too_few_and_too_many_objects_are_found():
    script = f'<script type="application/jose+json" data-cq="s3">{OBJECT}</script>'
    assert codes(objects(with_page(script, ""), KNOWN)) == ["object-count"]
    assert codes(objects(with_page(script, script + script), KNOWN)) == ["object-count", "object-twice"]
    assert codes(objects(tree(), Known())) == ["object-count", "object-misplaced"] * 4
    one = Standing("section", "p/a", "en", "s1")
    assert codes(objects(Tree({}), Known(objects={"en/a.html": (one,), "en/b.html": ()}))) == ["object-count"]


def test_two_guests_of_one_part_are_told_apart_by_their_documents():
    other = sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(doc="p/other")})
    box = GUEST.replace('id="p.y.s3"', 'id="p.other.s3"').replace("p/y", "p/other")
    both = with_page(
        '<div id="m"', f'{box}<script type="application/jose+json" data-cq="s3">{other}</script></div><div id="m"'
    )
    standing = (*KNOWN.objects[PATH], Standing("section", "p/other", "en", "s3"))

    assert codes(objects(both, replace(KNOWN, objects={**KNOWN.objects, PATH: standing}))) == []
    assert codes(objects(both, KNOWN)) == ["object-count", "object-misplaced"]
    twice = Tree(
        {**both.files, PATH: both.files[PATH].replace(b"p/other", b"p/y").replace(other.encode(), OBJECT.encode())}
    )
    assert "object-twice" in codes(objects(twice, replace(KNOWN, objects={**KNOWN.objects, PATH: standing})))


def test_a_document_sealed_as_a_whole_stands_on_its_own_page_and_nowhere_else():
    whole = sealed({"enc": "A256GCM", "typ": "cq1+jwe", "cq": context(kind="document", doc="dxyz", part="text")})
    box = BOX.replace('"s3"', '"text"')
    page = PAGE.replace(BOX, box).replace('data-cq="s3"', 'data-cq="text"').replace(OBJECT, whole)
    standing = (Standing("document", "dxyz", "en", "text"),)
    for path, found in (
        ("en/x/dxyz/index.html", []),
        ("en/x/dother/index.html", ["object-misplaced"]),
        ("en/p/dxyz/index.html", ["object-misplaced"] * 2),
    ):
        one = Tree({path: page.encode()})
        assert codes(objects(one, Known(objects={path: standing}, site="psi-portal.example"))) == found


def test_each_object_is_handed_to_whoever_can_open_it():
    seen: list[tuple[Standing, str]] = []

    def opens(standing: Standing, text: str) -> bool:
        seen.append((standing, text))
        return len(seen) > 1

    found = objects(tree(), Known(objects=KNOWN.objects, opens=opens))
    assert codes(found) == ["object-does-not-open"]
    assert seen == [(Standing("section", "p/y", "en", "s3"), OBJECT)] * 4
