"""Language files as nobody would write them on purpose, and as programs and people do all the same."""

from __future__ import annotations

HEAD = """\
---
kind: page
date: 2008-11-03
audience: public
original: en
summary: 'A summary, with: a colon and one ''quotation''.'
---
"""

HTML_LIKE = """\
# Signs & that look like "HTML"

A \\<div> that is none, 1 < 2, a &amp; and `<script>alert(1)</script>`; an <https://example.org/a?b=c&d>.

\\<table>
still the same paragraph, &nbsp; and &lt;b&gt;.

```html
<!-- kept -->
<div class="a">

</div>
```
"""

LISTS = """\
# Lists within lists

- one
- two, with `code` and [words]{oeg}

    - inner one
    - inner two {oeg}

    A paragraph of the item.

- three {oeg}

1. first
2. second
    goes on
3. third

* other sign
"""

TABLES = """\
# Tables

| a \\| b | `c | d` | e |
|:--|:-:|--:|
| 1 | [two]{oeg} | 3 |
| x | y | z | {oeg}
|   |   |   |

::: partner
| in | a section |
| --- | --- |
| [ä]{oeg} | ö |
:::
"""

FOOTNOTES = """\
# Footnotes and references

A claim[^1] with a [reference][Rules] and [another][], and an abbreviation: OEG.

[^1]: Its text, with a [link](https://example.org/(a)).

    And its second paragraph.

::: oeg
Sealed[^2], see [the same][rules].

[^2]: Sealed too.
:::

[rules]: https://example.org/rules "A title"
[another]: doc:papers/other

*[OEG]: Operational Experts Group
"""

CODE = """\
# Code

~~~
# no heading

| no | table |
~~~

Text with ``a ` backtick`` and \\{ braces \\}.

````
```
inner
```
````
"""

NUMBERS = """\
# Numbers

¶1 The first.

¶1 bis  Put in, with two blanks.

¶2 withdrawn

¶3 The last.{two}
With a hard line break.
"""

TABS = (
    "# Tabs\n\n-\tone\n-\ttwo\n\n\tgoes on\n\nA\tparagraph\twith tabs.  \t\n\n"
    "##\tA heading \t ##\t\n\n>\ta quotation\n> b\n"
)

FENCES = """\
# Fences that touch


::: oeg{two}
Text right behind the fence.
::: state:nz
Inner.
:::
Behind the inner one.
:::
Public again.
"""

RIGHT_TO_LEFT = """\
# عنوان الوثيقة

فقرة أولى مع [كلمات مختومة]{oeg} ورقم ١٢ وكلمة English في وسطها.

::: oeg
قائمة:

- بند أول
- بند ثانٍ {oeg}
:::
"""

DATA = """\
# Data

What is asked.

```action
id: reply
what: >
  Tell Germany
  which content is meant
who: [partner]
due: 2008-11-15T18:00+01:00
reply: 'In writing, to the office''s desk'
```

```case
route: ["a, b", c]
items:
  - "one: or two"
  - "three"
outcome: |
  The goods
  were returned.
```
"""

BODIES = {
    "html-like": HTML_LIKE,
    "lists": LISTS,
    "tables": TABLES,
    "footnotes": FOOTNOTES,
    "code": CODE,
    "numbers": NUMBERS.replace("{two}", "  "),
    "tabs": TABS,
    "fences": FENCES.replace("{two}", "  "),
    "right-to-left": RIGHT_TO_LEFT,
    "data": DATA,
}


def variants(body: str) -> dict[str, bytes]:
    """The file as different programs save it."""
    text = HEAD + body
    return {
        "as-is": text.encode(),
        "crlf": text.replace("\n", "\r\n").encode(),
        "cr": text.replace("\n", "\r").encode(),
        "mixed": text.replace("\n\n", "\r\n\n").encode(),
        "no-final-newline": text.rstrip("\n").encode(),
        "many-final-newlines": (text + "\n\n \n").encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "trailing-blanks": text.replace("\n\n", "\n   \n").encode(),
    }
