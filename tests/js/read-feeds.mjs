// Reads feeds with a program that is not ours. Standard input: {"atom": [text], "json": [text]}. Writes what it
// understood of each; what it refuses ends the program.
import { readFileSync } from "node:fs";

import { parseAtomFeed, parseJsonFeed } from "feedsmith";

const { atom = [], json = [] } = JSON.parse(readFileSync(0, "utf-8"));

process.stdout.write(JSON.stringify({ atom: atom.map((text) => parseAtomFeed(text)), json: json.map((text) => parseJsonFeed(JSON.parse(text))) }));
