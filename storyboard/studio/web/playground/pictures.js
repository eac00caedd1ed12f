// Pictures: judged as the compiler judges them, by decoding them, and kept in this browser.

import { Refused, askWorker } from "./compiler.js";
import { keepPicture, listPictures } from "./drafts.js";

const KINDS = { "image/png": ["PNG", "png"], "image/jpeg": ["JPEG", "jpg"], "image/webp": ["WEBP", "webp"], "image/avif": ["AVIF", "avif"], "image/gif": ["GIF", "gif"] };
const STARTS = [
  ["image/png", /^\x89PNG\r\n\x1a\n/], ["image/jpeg", /^\xff\xd8\xff/], ["image/webp", /^RIFF....WEBP/s], ["image/gif", /^GIF8/],
  ["image/avif", /^....ftyp(avif|avis)/s],
];
const LARGEST = 64 * 1024 * 1024, JUDGED = 512;  // bytes of a file; pixels of the longer side at which it is judged
const FOLDER = "refs";

let draft = null, taken = new Set(), addresses = [];

/** The pictures of a draft by their paths, and those of its example: `{ url, facts }` each. */
export async function picturesOf(id, example) {
  for (const address of addresses) URL.revokeObjectURL(address);
  addresses = [];
  draft = id;
  const own = (await listPictures(id).catch(() => [])).map(({ path, blob, facts }) => [path, { url: addressFor(blob), facts }]);
  const given = Object.entries(example).map(([path, { url, facts }]) => [path, { url: new URL(url, location.href).href, facts }]);
  const pictures = Object.fromEntries([...given, ...own]);
  taken = new Set(Object.keys(pictures));
  return pictures;
}

/** How many pictures of a draft are in this browser alone. */
export const countOwn = async id => (await listPictures(id).catch(() => [])).length;

/** Take a picture of somebody, in base64; its path as the script says it. Throws Refused. */
export async function givePicture(name, data) {
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  if (bytes.length > LARGEST) throw new Refused("This picture has more than 64 MB.");
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const kind = STARTS.find(([, mark]) => mark.test(start))?.[0];
  if (!kind) throw new Refused("This file is not a picture that a browser can show. Save it as PNG or JPEG.");
  const blob = new Blob([bytes], { type: kind });
  const facts = await judge(blob, bytes, KINDS[kind][0]);
  const base = name.toLowerCase().match(/[\p{L}\p{N}_]+/gu)?.join("-") ?? "picture";
  let path = "", number = 1;
  do path = `${FOLDER}/${base}${number > 1 ? `-${number}` : ""}.${KINDS[kind][1]}`; while (number++, taken.has(path));
  taken.add(path);
  await askWorker("picture", { path, url: addressFor(blob), facts });
  await keepPicture({ draft, path, blob, facts }).catch(() => {});
  return path;
}

function addressFor(blob) {
  addresses.push(URL.createObjectURL(blob));
  return addresses.at(-1);
}

/** What the compiler knows of a picture: its size, whether one sees through it, the widest range of a colour. */
async function judge(blob, bytes, format) {
  let seen;
  try { seen = await createImageBitmap(blob); } catch { throw new Refused("This picture is damaged and cannot be shown."); }
  const { width, height } = seen, share = Math.min(1, JUDGED / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * share)), Math.max(1, Math.round(height * share)));
  const paint = canvas.getContext("2d");
  paint.drawImage(seen, 0, 0, canvas.width, canvas.height);
  seen.close();
  const { data } = paint.getImageData(0, 0, canvas.width, canvas.height);
  const least = [255, 255, 255], most = [0, 0, 0];
  let opaque = true;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 255) opaque = false;
    for (let band = 0; band < 3; band++) {
      least[band] = Math.min(least[band], data[at + band]);
      most[band] = Math.max(most[band], data[at + band]);
    }
  }
  const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return {
    problem: null, advice: "", width, height, format, digest: `sha256:${digest}`, is_opaque: opaque,
    spread: Math.max(...most.map((value, band) => value - least[band])), brightest: Math.max(...most),
  };
}
