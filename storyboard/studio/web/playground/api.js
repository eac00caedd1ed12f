// What the studio's modules ask, in the playground: the language server is in the worker, pictures stay in this browser.

import { Refused, askWorker } from "./compiler.js";
import { givePicture } from "./pictures.js";

export { Refused };

export async function ask(name, body = {}) {
  if (name === "lsp") return { answer: JSON.parse(await askWorker("lsp", { message: JSON.stringify(body) })) };
  if (name === "picture") return { path: await givePicture(body.entity, body.data) };
  throw new Refused("This needs sbc on your machine.");
}
