// A script in an address: packed into the fragment, which is never sent to a server. What comes from an address may be
// anything, so it is unpacked only as far as a script goes, and is text from then on.

import { Refused } from "./compiler.js";

const KEY = "script", EXAMPLE = "example";
/** Characters of an address that every browser takes, and those that mail and chat programs leave whole. */
export const LONGEST = 32_000, LONGEST_SENT = 2_000;
const LARGEST = 1024 * 1024;  // bytes of a script from an address

/** The address of this page with a script in it; `example` names the example whose files go with it. */
export async function addressOf(text, example) {
  const packed = await collect(stream(new TextEncoder().encode(text)).pipeThrough(new CompressionStream("deflate-raw")), Infinity);
  const fragment = new URLSearchParams({ [KEY]: toBase64(packed), ...(example ? { [EXAMPLE]: example } : {}) });
  return `${location.href.replace(/#.*/s, "")}#${fragment}`;
}

/** The script in the address, and the example that it goes with; null where there is none. Throws Refused. */
export async function readAddress(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const example = given.get(EXAMPLE);
  if (!given.has(KEY)) return example ? { text: null, example } : null;
  try {
    const packed = fromBase64(given.get(KEY));
    const bytes = await collect(stream(packed).pipeThrough(new DecompressionStream("deflate-raw")), LARGEST);
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), example };
  } catch (problem) {
    if (problem instanceof Refused) throw problem;
    throw new Refused("The address does not contain a readable script: part of it may have been cut off.");
  }
}

const stream = bytes => new Blob([bytes]).stream();

async function collect(parts, most) {
  const reader = parts.getReader(), found = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      reader.cancel();
      throw new Refused("The script in the address is too long (at most 1 MB).");
    }
    found.push(value);
  }
  return new Uint8Array(await new Blob(found).arrayBuffer());
}

function toBase64(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64(words) {
  const letters = atob(words.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, letter => letter.charCodeAt(0));
}
