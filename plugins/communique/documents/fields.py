"""The schema: which fields a document's front matter and its data blocks have, and how each is read.

One declaration serves the build, `invoke new`, the editors' JSON Schema and the documentation page. To add a field,
add a line here; what it must look like, what it means and an example stand beside its name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from communique.documents.near_misses import folded
from communique.policy import Policy
from communique.problems import Place, Problem, did_you_mean
from communique.strict_yaml import Node

#: What a field may hold. The last four are read by the front matter itself, and no kind or block has them.
Type = Literal[
    "text",
    "texts",
    "wording",
    "date",
    "moment",
    "integer",
    "truth",
    "word",
    "words",
    "name",
    "names",
    "audiences",
    "state",
    "states",
    "document",
    "event",
    "symbol",
    "address",
    "language",
    "audience",
    "review",
    "embargo",
]
#: What reading a field gives: a document or an event is its id, a state its code, a moment keeps its own time zone.
Value = str | int | bool | datetime.date | datetime.datetime | tuple[str, ...]

SYMBOL = re.compile(r"[A-Z0-9][A-Za-z0-9./() -]{1,59}\Z")
DOCUMENT_ID = re.compile(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*\Z")
NAME = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(Z|[+-]\d{2}:\d{2})?\Z")
ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z")
_MARKUP = re.compile(r"[<>{}]|:::")
#: What `invoke new` writes where something is to be written, and nothing else.
HINT = re.compile("[⟦⟧]")
#: What a plan's text has where its reader writes something: `<<lead-office>>`.
BLANK_MARK = re.compile(r"<<([a-z][a-z0-9]*(?:-[a-z0-9]+)*)>>")


def N_(message: str) -> str:  # noqa: N802 - the name that message extraction knows for “translated later”
    """The same words, marked for translation."""
    return message


@dataclass(frozen=True)
class Field:
    """One key of front matter or of a data block.

    `example` is a value as an editor writes it; `about` one sentence for the documentation and for what an editor's
    program shows. `label` is what readers see before the value, a message of the interface; without one it is not
    among a page's facts.
    """

    name: str
    type: Type
    example: str
    about: str
    required: bool = False
    #: Each language file gives its own; otherwise the original alone does, and its translations inherit it.
    translated: bool = False
    #: What the value may be, for the types `word` and `words`; for `document`, of which kind what it names is.
    words: tuple[str, ...] = ()
    label: str = ""


#: Front matter that every document has, whatever its kind, in the order in which it is written.
COMMON_FIELDS = (
    Field("kind", "word", "statement", "What kind of paper this is; it decides which further keys there are.", True),
    Field("symbol", "symbol", "PSI/OEG/17/CS.1", "How the document is cited; unique on the site."),
    Field("date", "date", "2008-11-03", "The document's own date.", True),
    Field("audience", "audience", "public", "Who may read it; fewer may read what stands in sections.", True, True),
    Field("original", "language", "en", "The language in which it was written.", True, True),
    Field("summary", "text", "What the experts discussed, and what is asked of delegations.",
          "One or two plain sentences for lists, as public as the document.", True, True),
    Field("numbering", "word", "paragraphs", "Shows the numbers that every paragraph has.", words=("paragraphs",)),
    Field("part", "integer", "1", "Which part of a paper in parts this is."),
    Field("parts", "integer", "2", "How many parts the paper has."),
    Field("follows", "document", "statements/paris-2008-chair-1", "The part before this one; numbers run on from it."),
    Field("draft", "truth", "true", "May be built and looked at, never released."),
    Field("review", "review", "{by: 2008-11-28, audience-after: partner}",
          "For more people once somebody has approved it."),
    Field("embargo", "embargo", "2008-11-10T12:00Z", "A day or a moment before which the document is in no build."),
    Field("expires", "date", "2009-06-30", "From this day on its text is withdrawn."),
)  # fmt: skip
#: What only a translation has.
TRANSLATION_FIELDS = (
    Field("translator", "text", "Delegation of Argentina", "Who translated it; an office, no person."),
)

#: What documents may belong to.
_GATHERINGS = ("meeting", "workshop", "exercise")
_MEETING = Field("meeting", "document", "meetings/paris-2008", "The meeting it belongs to, whose page lists it.",
                 words=_GATHERINGS, label=N_("Meeting"))  # fmt: skip
_BY = Field("by", "text", "The Chair", "Who makes the statement; an office or a delegation, no person.",
            translated=True, label=N_("Made by"))  # fmt: skip
_EVENT = Field("event", "event", "oeg-paris-2008", "The event in content/data/events.yaml: its dates, place, host.",
               True)  # fmt: skip
_CHAIR = Field("chair", "text", "Director of a research foundation", "Who was in the chair; an office, no person.",
               translated=True, label=N_("Chair"))  # fmt: skip
_DELEGATIONS = Field("delegations", "states", "[fr, nz, us]", "The states that took part, by their codes.",
                     label=N_("Delegations"))  # fmt: skip

#: What each kind of document has besides, in the order in which it is written and shown.
#: Two kinds may share a name only for the same type: a translation does not know its original's kind when it is read.
KIND_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "newsletter": (
        Field("volume", "integer", "1", "The volume, usually one a year.", True, label=N_("Volume")),
        Field("number", "integer", "1", "The number within the volume.", True, label=N_("Number")),
        Field("editor", "state", "nz", "The state that edits it.", label=N_("Edited by")),
    ),
    "meeting": (
        _EVENT,
        _CHAIR,
        _DELEGATIONS,
        Field("invited", "texts", "[European Union]", "Who was invited besides the delegations.", translated=True,
              label=N_("Invited")),
        Field("next", "event", "oeg-miami-2009", "The event that follows this meeting."),
    ),
    "meeting-summary": (
        replace(_MEETING, required=True),
    ),
    "statement": (_MEETING, _BY),
    "debriefing": (
        _MEETING,
        Field("states", "states", "[ca, nl]", "The states whose case it is; leave it out where only experts may know.",
              label=N_("States")),
        Field("year", "integer", "2008", "The year of the case; leave it out where only experts may know.",
              label=N_("Year of the case")),
    ),
    "exercise": (
        _EVENT,
        Field("lead", "text", "Customs", "The service in the lead.", translated=True, label=N_("In the lead")),
    ),
    "workshop": (_EVENT, _CHAIR, _DELEGATIONS),
    "plan": (),
    "guidance": (
        Field("reviewed", "date", "2008-11-03", "When its content was last looked through.", label=N_("Last reviewed")),
    ),
    "notice": (
        Field("until", "date", "2008-11-15", "The last day on which it matters.", label=N_("In force until")),
    ),
    "non-paper": (
        _MEETING,
        Field("handed-to", "text", "Every endorsing state", "To whom it may be handed.", translated=True,
              label=N_("May be handed to")),
    ),
    "page": (),
}  # fmt: skip
KINDS = tuple(KIND_FIELDS)
#: What each kind is for, in one sentence for editors.
KIND_ABOUT: Mapping[str, str] = {
    "newsletter": "A number of the newsletter: one text for all readers, with sealed passages for some.",
    "meeting": "The page of a meeting: agenda, delegations, outcomes, and all papers that name it.",
    "meeting-summary": "What was discussed at a meeting, what is asked of whom, and until when.",
    "statement": "A statement that is cited by symbol and paragraph, in parts if it is long.",
    "debriefing": "An account of a case: a public abstract, the facts for experts, and lessons.",
    "exercise": "The page of an exercise, at sea, on land, in the air or at a table.",
    "workshop": "The page of a workshop, with its panels and what follows.",
    "plan": "A plan with variables and guidance, which readers fill in on their own machine.",
    "guidance": "How something is done: rules, standards, background.",
    "notice": "A short message that matters until a day.",
    "non-paper": "A paper without a letterhead, for those to whom it may be handed.",
    "page": "Any other page; it is of no kind that readers are told.",
}

#: The four phases of a case, as the debriefings and the plans count them.
# Translators: the four phases of a case, in this order; they stand alone or in a list
PHASES = (N_("alert"), N_("planning"), N_("operation"), N_("after"))
#: What a reader may be asked to write into a plan.
VARIABLE_TYPES = ("text", "lines", "choice", "phone", "state")

#: The word of the block below which a paper's releasable part begins.
TEARLINE = "tearline"
#: What the data blocks hold, by the word behind the fence: ```action.
BLOCK_FIELDS: Mapping[str, tuple[Field, ...]] = {
    # The rest of it is front matter, as the document below the tearline would have in a file of its own.
    TEARLINE: (
        Field("document", "document", "notices/paris-2008-non-paper", "What stands below becomes this document.", True),
    ),
    "action": (
        Field("id", "name", "reply-to-germany", "Its name within the document, which never changes: calendars keep it.",
              True),
        Field("what", "text", "Name the content that is too sensitive for all partners",
              "What is to be done, in one short line: it also stands in lists and calendars.", True, translated=True),
        Field("who", "audiences", "[partner]", "Who is to do it: tiers, areas or groups.", True, label=N_("To act")),
        Field("due", "moment", "2008-11-15T18:00+01:00", "Until when, with the hour's time zone.", True,
              label=N_("Due")),
        Field("reply", "text", "By electronic mail to the desk of Germany", "How and to whom to reply: an office.",
              translated=True, label=N_("Reply")),
        Field("done", "date", "2008-11-14", "The day on which it was done; without it the action is open.",
              label=N_("Done on")),
    ),
    "case": (
        Field("states", "states", "[ca, nl]", "The states whose case it is, where its readers may know.",
              label=N_("States")),
        Field("year", "integer", "2008", "The year of the case, where its readers may know.",
              label=N_("Year of the case")),
        Field("route", "texts", "[Port of loading, Port of transit]", "The way the goods took, in its order.",
              translated=True, label=N_("Route")),
        Field("items", "texts", "[Dual-use machine tools]", "What was on its way.", translated=True, label=N_("Items")),
        Field("legal-basis", "texts", "[UNSCR 1540]", "What the authorities could rest on.", translated=True,
              label=N_("Legal basis")),
        Field("grounds", "words", "[catch-all]", "Of which sort what they could rest on was: cases are counted by it.",
              words=("resolution", "treaty", "agreement", "regulation", "catch-all")),
        Field("phases", "words", "[alert, operation]", "Which of the four phases the text deals with.", words=PHASES,
              label=N_("Phases")),
        Field("worked", "texts", "[The request came in time]", "What worked, one short line each.", translated=True,
              label=N_("What worked")),
        Field("did-not", "texts", "[Nobody had the harbour’s number]", "What did not, one short line each.",
              translated=True, label=N_("What did not")),
        Field("outcome", "text", "The goods were returned", "How it ended.", translated=True, label=N_("Outcome")),
    ),
    "lesson": (
        Field("what", "text", "Rehearse the procedure before it is needed",
              "The lesson in one line, as the page of lessons shows it.", True, translated=True),
        Field("themes", "names", "[law, preparation]", "Under which themes of content/data/themes.yaml it is listed.",
              True, label=N_("Themes")),
        Field("phase", "word", "planning", "To which phase it belongs.", True, words=PHASES, label=N_("Phase")),
    ),
    "item": (
        Field("teaser", "text", "What two cases have in common.", "One or two plain sentences on the item; before a"
              " sealed section, what those may know who cannot read it.", translated=True),
        Field("by", "state", "nz", "The state that contributed it.", label=N_("Contributed by")),
        Field("themes", "names", "[law, industry]", "Under which themes of content/data/themes.yaml it is listed.",
              label=N_("Themes")),
        Field("states", "states", "[hr, pa]", "The states under which it is listed.", label=N_("States")),
    ),
    "variable": (
        Field("name", "name", "lead-office", "What the text calls it: <<lead-office>>. It never changes: saved plans"
              " keep it.", True),
        Field("type", "word", "text", "What is written there: a line, several lines, one of the choices, a telephone"
              " number, a state.", True, words=VARIABLE_TYPES),
        Field("label", "text", "Lead office", "What the blank is called.", True, translated=True),
        Field("guidance", "text", "One office, open at any hour.", "What to consider.", True, translated=True),
        Field("example", "text", "Duty desk of the foreign ministry", "An example.", translated=True,
              label=N_("Example:")),
        Field("choices", "names", "[minister, delegate]", "For the type choice: a name for each; saved plans keep it."),
        Field("choice-labels", "texts", "[the minister, an official]", "The choices in their order, as the text says"
              " them.", translated=True),
        Field("merge", "name", "lead-office", "The variable that takes its place in the shorter form for small"
              " states."),
    ),
    "small-state": (
        Field("paragraph", "word", "replace", "What the shorter form does with the paragraph before this block, its"
              " list or table included.", True, words=("leave-out", "replace")),
        Field("instead", "wording", "The lead office, <<lead-office>>, decides.", "What the shorter form says instead;"
              " it may hold blanks.", translated=True),
    ),
    "finished": (
        Field("paragraph", "word", "leave-out", "What the finished plan does with the paragraph before this block, its"
              " list or table included: it speaks of the template.", True, words=("leave-out",)),
    ),
    "calendar": (
        Field("until", "date", "2009-12-31", "The last day that is shown; without it, all that is known to come."),
    ),
    "deadlines": (),
    "whats-new": (
        Field("since", "date", "2008-05-01", "What was dated after this day is new; without it, what came after the"
              " number before this one."),
    ),
}  # fmt: skip
#: What readers see above a data block.
BLOCK_LABELS: Mapping[str, str] = {
    TEARLINE: N_("May be passed on"),
    "action": N_("Action"),
    "case": N_("The case"),
    "lesson": N_("Lesson"),
    "item": N_("About this item"),
    "variable": N_("To be filled in"),
    "small-state": N_("Shorter form"),
    "finished": N_("Finished plan"),
    "calendar": N_("Coming events"),
    "deadlines": N_("Coming deadlines"),
    "whats-new": N_("New on the portal"),
}
#: The blocks of a newsletter that hold nothing themselves: what they show is drawn from the site's data and documents.
DRAWN_WORDS = ("calendar", "deadlines", "whats-new")


def fields_named(name: str) -> tuple[Field, ...]:
    """This field of each kind that has it."""
    return tuple(field for fields in KIND_FIELDS.values() for field in fields if field.name == name)


def read_fields(
    node: Node, fields: Iterable[Field], policy: Policy, problems: list[Problem], what: str
) -> dict[str, Value]:
    """The values of a mapping by the fields' names; what was not given, or is wrong, has none.

    `what` names the mapping in messages: “the action”. Documents and events are looked up later, by the catalogue.
    """
    known = tuple(fields)
    if not known and node.is_nothing():
        return {}
    required = [field.name for field in known if field.required]
    optional = [field.name for field in known if not field.required]
    found = node.take(problems, what, required, optional)
    values: dict[str, Value] = {}
    for field in known:
        if field.name in found:
            value = read_value(field, found[field.name], policy, problems)
            if value is not None:
                values[field.name] = value
    return values


def read_value(field: Field, node: Node, policy: Policy, problems: list[Problem]) -> Value | None:
    """One field's value, or None after what is wrong was added to `problems`."""
    if isinstance(node.value, str) and HINT.search(node.value) and field.type not in ("text", "texts", "wording"):
        what = f"{field.name} is not yet written: here stands what is to be written"
        problems.append(Problem(node.place, "hint-left", what, f"write it in place of this, such as {field.example}"))
        return None
    before = len(problems)
    value = _read(field, node, policy, problems)
    return value if len(problems) == before else None


def _read(field: Field, node: Node, policy: Policy, problems: list[Problem]) -> Value | None:
    name = field.name
    match field.type:
        case "text":
            return _plain(node, name, problems)
        case "wording":
            return _plain(node, name, problems, BLANK_MARK)
        case "texts":
            return tuple(_plain(item, name, problems) for item in _listed(node, name, problems))
        case "word":
            return node.as_word(problems, name, field.words)
        case "words":
            return _once(node, name, field.words, problems)
        case "name":
            fix = "use a-z, 0-9 and hyphens"
            return _matching(node, name, NAME, "bad-name", f"{name} cannot be a name", fix, problems)
        case "names":
            return _names(node, name, problems)
        case "audiences":
            return _once(node, name, policy.audience_names, problems)
        case "state":
            return node.as_word(problems, name, policy.states)
        case "states":
            return _once(node, name, policy.states, problems)
        case "date":
            return node.as_date(problems, name)
        case "integer":
            return node.as_integer(problems, name)
        case "truth":
            return node.as_truth(problems, name)
        case "moment":
            return _moment(node, name, problems)
        case "document":
            fix = "write collection/name"
            return _matching(node, name, DOCUMENT_ID, "bad-document", f"{name} does not name a document", fix, problems)
        case "event":
            fix = "write an event's id, as it stands in content/data/events.yaml"
            return _matching(node, name, NAME, "bad-event", f"{name} does not name an event", fix, problems)
        case "symbol":
            fix = "write it like PSI/OEG/17/CS.1"
            return _matching(node, name, SYMBOL, "bad-symbol", f"{name} is not a symbol", fix, problems)
        case "address":
            fix = "write an address of electronic mail, such as desk@example.org"
            return _matching(node, name, ADDRESS, "bad-address", f"{name} is not an address", fix, problems)
        case "language" | "audience" | "review" | "embargo":
            raise ValueError(f"{field.type} is read by the front matter alone")


def _plain(node: Node, name: str, problems: list[Problem], marks: re.Pattern[str] | None = None) -> str:
    """Text without markup: it also stands where nothing is rendered. It may hold `marks`."""
    text = node.as_text(problems, name)
    if _MARKUP.search(folded(marks.sub("", text) if marks else text)):
        problems.append(Problem(node.place, "plain-text", f"{name} is plain text", "leave out < > { } and :::"))
    return text


def _listed(node: Node, name: str, problems: list[Problem]) -> tuple[Node, ...]:
    items = node.as_list(problems, name)
    if isinstance(node.value, tuple) and not items:
        problems.append(Problem(node.place, "empty-list", f"{name} names nothing", "name at least one, or delete it"))
    return items


def _once(node: Node, name: str, known: Iterable[str], problems: list[Problem]) -> tuple[str, ...]:
    names = list(known)
    found: list[str] = []
    for item in _listed(node, name, problems):
        word = item.as_word(problems, name, names)
        if word and word in found:
            problems.append(Problem(item.place, "named-twice", f'{name} names "{word}" twice', "name it once"))
        found.append(word)
    return tuple(found)


def _names(node: Node, name: str, problems: list[Problem]) -> tuple[str, ...]:
    """Names that are looked up later, where they are known; each once."""
    fix, found = "use a-z, 0-9 and hyphens", list[str]()
    for item in _listed(node, name, problems):
        one = _matching(item, name, NAME, "bad-name", f"{name} holds what cannot be a name", fix, problems)
        if one and one in found:
            problems.append(Problem(item.place, "named-twice", f'{name} names "{one}" twice', "name it once"))
        found.append(one)
    return tuple(found)


def _matching(
    node: Node, name: str, pattern: re.Pattern[str], code: str, what: str, fix: str, problems: list[Problem]
) -> str:
    before = len(problems)
    text = node.as_text(problems, name)
    if len(problems) == before and not pattern.match(text):
        problems.append(Problem(node.place, code, what, fix))
    return text


def _moment(node: Node, name: str, problems: list[Problem]) -> datetime.datetime | None:
    before = len(problems)
    text = node.as_text(problems, name)
    if len(problems) > before:
        return None
    found = _MOMENT.match(text)
    try:
        moment = datetime.datetime.fromisoformat(text) if found else None
    except ValueError:
        moment = None
    if found is None or moment is None:
        fix = "write day, hour and time zone, such as 2008-11-15T18:00+01:00, and check that the day exists"
        problems.append(Problem(node.place, "bad-date", f"{name} is not a moment", fix))
        return None
    if not found.group(1):
        what = f"the hour of {name} is that of no place"
        problems.append(Problem(node.place, "no-time-zone", what, f"write {text}Z for UTC, or {text}+01:00"))
        return None
    return moment


def unknown_here(name: str, place: Place, kind: str, here: Iterable[str]) -> Problem:
    """Why a key has no place in the front matter of this kind: another has it, or none."""
    what = f'the front matter has no key "{name}"'
    others = [other for other, fields in KIND_FIELDS.items() if any(field.name == name for field in fields)]
    if others and kind:
        what = f'the front matter of the kind “{kind}” has no key "{name}"'
        fix = f"delete it, or correct the kind: {', '.join(others)} may have it"
        return Problem(place, "unknown-key", what, fix)
    return Problem(place, "unknown-key", what, did_you_mean(name, here))
