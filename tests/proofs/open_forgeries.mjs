// Opens a file of texts with sealed-object.js and prints for each one letter or code: what a browser would say.
//
//     node tests/proofs/open_forgeries.mjs FILE
//
// FILE: a JSON object on the first line (keyring, login, passphrase), then [text, expect] on each line.
// Printed: one JSON list of codes, null where a text opened, and "crash: …" for anything that is no SealedError.

import { createReadStream, readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import readline from "node:readline";
import vm from "node:vm";

const script = new URL("../../theme/static/js/sealed-object.js", import.meta.url);
const page = vm.createContext({ TextEncoder, atob, btoa, crypto: webcrypto, isSecureContext: true });
page.globalThis = page;
vm.runInContext(readFileSync(script, "utf8"), page, { filename: "sealed-object.js" });
const sealed = page.CommuniqueSealed;

const codes = [];
let session = null;
for await (const line of readline.createInterface({ input: createReadStream(process.argv[2]) })) {
  const told = JSON.parse(line);
  if (session === null) {
    session = await sealed.openSlot(told.keyring, told.login, told.passphrase);
    continue;
  }
  try {
    const opened = await sealed.openObject(session, told[0], told[1]);
    codes.push([Buffer.from(opened.body).toString("base64url"), sealed.cj(opened.meta)]);
  } catch (error) {
    codes.push(error.name === "SealedError" ? error.code : `crash: ${error.stack}`);
  }
}
process.stdout.write(JSON.stringify(codes));
