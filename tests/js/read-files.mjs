// Reads calendars and address cards with programs that are not ours. Standard input: {"ics": [text], "vcf": [text]}.
// Writes what they understood: jCal and jCard of ical.js, and the properties that vcard4 found. What one of them
// refuses ends the program.
import { readFileSync } from "node:fs";

import ICAL from "ical.js";
import { parse } from "vcard4";

const { ics = [], vcf = [] } = JSON.parse(readFileSync(0, "utf-8"));

// Every property as vcard4 understood it, by name.
function told(card) {
  const all = [...card.properties].flatMap((name) => card.getProperty(name));
  return all.map(({ property, parameters, value }) => ({ property, parameters, value }));
}

function events(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    return { uid: event.uid, start: event.startDate.toString(), end: event.endDate.toString(), summary: event.summary };
  });
}

function cards(text) {
  const read = ICAL.parse(text);
  // One card alone comes without a list around it.
  return { jcards: read[0] === "vcard" ? [read] : read, cards: [parse(text)].flat().map(told) };
}

const understood = { ics: ics.map((text) => ({ jcal: ICAL.parse(text), events: events(text) })), vcf: vcf.map(cards) };
process.stdout.write(JSON.stringify(understood));
