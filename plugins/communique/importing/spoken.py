"""Whether a paper is in the language that its editor said, by the small words of which every text is full.

A draft under the wrong language's name is found late: the build compares numbers and fences, and reads no words.
"""

from __future__ import annotations

import re

from communique.importing.paper import Doubt, Paper
from communique.problems import Place


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Of each language of the interface the commonest words that are in no other's list: of running text they are about
#: one word in four. What languages share ("de", "la", "que", "on", "a") tells nothing.
COMMON_WORDS = {
    "en": _words(
        "the and of to is that it for what be are with its by may not at which who was they from this can has where"
        " them have been will would their were there these those should shall but than"
    ),
    "es": _words(
        "el los las y una del lo por con al su sus es está están ser qué más pero muy cuando como sobre sin hay fue han"
        " desde hasta este esta estos estas ese esa cada también"
    ),
    "fr": _words(
        "le les et des du une est sont ce cette ces pour dans par au aux ne pas qui il elle ils avec ont été être leur"
        " leurs ou où mais nous vous dont ses peut chaque même"
    ),
}
#: Fewer of another language's words are a name, a title or a phrase.
_FEWEST = 12
#: How many times as many as those of the language that was said: a paper that quotes as much as it says stays below.
_MARGIN = 4
_READS = {
    "en": "this paper reads like English, and its draft is in another language",
    "es": "this paper reads like Spanish, and its draft is in another language",
    "fr": "this paper reads like French, and its draft is in another language",
}
_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"“[^“”]*”|«[^«»]*»|„[^„“”]*[“”]|\"[^\"]*\"")


def language_doubts(paper: Paper, lang: str) -> tuple[Doubt, ...]:
    """A doubt where the running text is clearly in another language than `lang`; none where either is unknown here."""
    said = lang.partition("-")[0]
    if said not in COMMON_WORDS:
        return ()
    words = [word for text in _running(paper) for word in _WORD.findall(_QUOTED.sub(" ", text).lower())]
    counts = {name: sum(word in COMMON_WORDS[name] for word in words) for name in _READS}
    likest = max(_READS, key=lambda name: counts[name])
    if counts[likest] < max(_FEWEST, _MARGIN * counts[said]):
        return ()
    fix = f"if it is, delete the draft and import the paper with --lang {likest}; if it only quotes much, leave it"
    return (Doubt(Place(paper.file, 1), "language", _READS[likest], fix),)


def _running(paper: Paper) -> list[str]:
    """What the paper says itself: neither header nor headings, and nothing that a mail quotes."""
    return [
        piece.text for piece in paper.pieces if piece.kind in ("paragraph", "item") and piece.line not in paper.narrow
    ]
