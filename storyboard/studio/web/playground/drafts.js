// What is kept in this browser: scripts that were begun, and the pictures given to them. Where nothing can be kept (a
// private window, a full disk), everything else works on; the page says it.

const MOST_DRAFTS = 20;
const database = new Promise((done, fail) => {
  const asked = indexedDB.open("playground", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("drafts", { keyPath: "id" });
    asked.result.createObjectStore("pictures", { keyPath: ["draft", "path"] });
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});
database.catch(() => {});

const done = request => new Promise((give, fail) => {
  request.onsuccess = () => give(request.result);
  request.onerror = () => fail(request.error);
});
const store = async (name, mode) => (await database).transaction(name, mode).objectStore(name);

let release = () => {};

/** Take a draft for this tab; the id that it has here. One that another tab has open is gone on with as a copy, so that
 *  neither writes over the other. Without an id, a new one. */
export async function claimDraft(id) {
  release();
  if (id && await lock(id)) return id;
  const own = crypto.randomUUID();
  await lock(own);
  if (id) for (const picture of await listPictures(id).catch(() => [])) await keepPicture({ ...picture, draft: own });
  return own;
}

function lock(id) {
  return new Promise(give => navigator.locks.request(`draft ${id}`, { ifAvailable: true }, found => {
    give(Boolean(found));
    return found && new Promise(ended => { release = ended; });
  }));
}

/** Keep a draft: `{ id, title, text, example, at }`. The oldest of too many goes, with its pictures. */
export async function keepDraft(draft) {
  await done((await store("drafts", "readwrite")).put(draft));
  const all = await listDrafts();
  for (const old of all.slice(MOST_DRAFTS)) await forgetDraft(old.id);
}

/** The drafts, the newest first. */
export async function listDrafts() {
  const all = await done((await store("drafts", "readonly")).getAll());
  return all.sort((one, other) => other.at - one.at);
}

export async function forgetDraft(id) {
  for (const { path } of await listPictures(id)) await done((await store("pictures", "readwrite")).delete([id, path]));
  await done((await store("drafts", "readwrite")).delete(id));
}

/** Keep a picture of a draft: `{ draft, path, blob, facts }`. */
export const keepPicture = async picture => done((await store("pictures", "readwrite")).put(picture));

export async function listPictures(draft) {
  return done((await store("pictures", "readonly")).getAll(IDBKeyRange.bound([draft, ""], [draft, "\uffff"])));
}
