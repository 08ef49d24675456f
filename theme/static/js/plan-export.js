// A finished plan as a file: the plan's own public text with what the reader wrote into it, as a page to print or as
// plain text. What was opened with a passphrase never comes into it.
(function (communique) {
  "use strict";

  const KEPT = new Set(
    "h2 h3 h4 h5 h6 p ul ol li table caption thead tbody tr th td blockquote em strong code pre br sup hr".split(" "),
  );
  const LEFT_OUT = "[data-plan-note], .plan-field, .sealed, [data-cq-part], figure, button, script, .data, .footnote-backref, [hidden]";
  const STYLE =
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 Georgia,serif;color:#111;background:#fff}" +
    "h1,h2,h3{font-family:sans-serif;line-height:1.25;break-after:avoid}table{border-collapse:collapse;width:100%}" +
    "th,td{border:1px solid #888;padding:.3rem .5rem;text-align:start;vertical-align:top}li,tr{break-inside:avoid}" +
    ".n{display:inline-block;min-width:2em;font-weight:bold}.made{color:#444;font-size:.875rem}";

  // The finished text of `prose` as elements of `into`'s document. `answerIn` gives what a blank holds, or null.
  function copy(prose, into, { short, answerIn, sealed }) {
    const hidden = short ? "[data-plan-long]" : "[data-plan-short]";
    const made = into.ownerDocument;

    function add(node, parent) {
      if (node.nodeType === Node.TEXT_NODE) {
        parent.append(node.data);
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE || node.matches(hidden)) return;
      if (node.matches(".blank")) {
        const answer = answerIn(node);
        const lines = (answer === null ? `[${node.textContent}]` : answer).split("\n");
        lines.forEach((line, i) => parent.append(...(i ? [made.createElement("br"), line] : [line])));
        return;
      }
      if (node.matches(".sealed, [data-cq-part]")) {
        if (node.localName === "tr" || node.localName === "li") return;
        const note = made.createElement(/^(?:span|bdi)$/.test(node.localName) ? "span" : "p");
        note.textContent = sealed;
        parent.append(note);
        return;
      }
      if (node.matches(LEFT_OUT)) return;
      if (node.matches(".para__number")) {
        const number = made.createElement("span");
        number.className = "n";
        number.textContent = node.textContent.trim() + ".";
        parent.append(number);
        return;
      }
      let target = parent;
      if (KEPT.has(node.localName)) {
        target = made.createElement(node.localName);
        if (node.hasAttribute("start")) target.setAttribute("start", node.getAttribute("start"));
        parent.append(target);
      }
      for (const child of node.childNodes) add(child, target);
    }

    for (const child of prose.childNodes) add(child, into);
    // A heading below which nothing is left says nothing.
    for (const heading of [...into.children].filter((child) => /^h[2-6]$/.test(child.localName)).reverse()) {
      const next = heading.nextElementSibling;
      if (!next || (/^h[2-6]$/.test(next.localName) && next.localName <= heading.localName)) heading.remove();
    }
  }

  // A page that stands by itself: no script, nothing from elsewhere.
  function asPage(finished) {
    const page = document.implementation.createHTMLDocument(finished.title);
    page.documentElement.lang = finished.lang;
    page.documentElement.dir = finished.dir;
    const head = [
      ["charset", "utf-8"],
      ["http-equiv", "Content-Security-Policy"],
      ["name", "viewport"],
    ].map(([name, value]) => {
      const meta = page.createElement("meta");
      meta.setAttribute(name, value);
      return meta;
    });
    head[1].setAttribute("content", "default-src 'none'; style-src 'unsafe-inline'");
    head[2].setAttribute("content", "width=device-width, initial-scale=1");
    page.head.prepend(...head);
    const title = page.createElement("h1");
    title.textContent = finished.title;
    const text = page.createElement("main");
    copy(finished.prose, text, finished);
    const made = page.createElement("p");
    made.className = "made";
    made.textContent = finished.madeFrom;
    page.body.append(title, text, made);
    // Set in as text: an element made here would be held to this page's own policy, which allows no style in a page.
    const html = page.documentElement.outerHTML.replace("</head>", `<style>${STYLE}</style></head>`);
    return `<!DOCTYPE html>\n${html}\n`;
  }

  /* ---- Plain text, in the spelling of Markdown ---- */

  function inLine(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
    if (node.localName === "br") return "\n";
    const words = [...node.childNodes].map(inLine).join("");
    if (node.localName === "strong") return `**${words}**`;
    if (node.localName === "em") return `*${words}*`;
    return node.className === "n" ? words + " " : words;
  }

  function words(node) {
    return inLine(node).replace(/ *\n */g, "\n").replace(/ {2,}/g, " ").trim();
  }

  function indented(text, first, further) {
    return first + text.split("\n").join("\n" + further);
  }

  function ofList(list) {
    let number = Number(list.getAttribute("start") || 1);
    const items = [...list.children].map((item) => {
      const inner = [...item.children].filter((child) => /^[uo]l$/.test(child.localName));
      for (const child of inner) child.remove();
      const mark = list.localName === "ol" ? `${number++}. ` : "- ";
      const blocks = [words(item), ...inner.map(ofList)].filter(Boolean).join("\n");
      return indented(blocks, mark, "    ");
    });
    return items.join("\n");
  }

  function ofTable(table) {
    const rows = [...table.querySelectorAll("tr")].map((row) =>
      [...row.children].map((cell) => words(cell).replace(/\n/g, "; ").replace(/\|/g, "\\|")),
    );
    const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
    if (rows.length > 0) lines.splice(1, 0, `| ${rows[0].map(() => "---").join(" | ")} |`);
    return lines.join("\n");
  }

  function ofBlock(block) {
    const heading = /^h([2-6])$/.exec(block.localName);
    if (heading) return "#".repeat(Number(heading[1])) + " " + words(block);
    if (/^[uo]l$/.test(block.localName)) return ofList(block);
    if (block.localName === "table") return ofTable(block);
    if (block.localName === "hr") return "---";
    if (block.localName === "blockquote") return indented([...block.children].map(ofBlock).join("\n\n"), "> ", "> ");
    return words(block);
  }

  function asText(finished) {
    const text = document.implementation.createHTMLDocument("").body;
    copy(finished.prose, text, finished);
    const blocks = [...text.children].map(ofBlock).filter(Boolean);
    return [`# ${finished.title}`, ...blocks, finished.madeFrom].join("\n\n") + "\n";
  }

  communique.planExport = Object.freeze({ asPage, asText });
})((window.Communique = window.Communique || {}));
