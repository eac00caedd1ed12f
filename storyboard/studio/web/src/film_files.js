// The files of the film that are open: the script, and what it includes, each with a tab, its text, and what of it is on
// disk.

import { ask } from "#api";
import { askWhich } from "./conflict.js";
import { button, byId } from "./dom.js";

class FilmFile {
  #seen = null;  // the document that was compared last, with what it was compared to

  constructor({ path, name, uri, digest }, editor, place) {
    Object.assign(this, { path, name, uri, editor, place, conflict: false });
    this.saved = { text: editor.text, digest };
  }

  /** Whether the text is another than the saved one; asked after each key, so that equal documents are known again. */
  get isDirty() {
    const { doc } = this.editor.view.state, { saved } = this;
    if (this.#seen?.doc !== doc || this.#seen.saved !== saved) this.#seen = { doc, saved, isDirty: this.editor.text !== saved.text };
    return this.#seen.isDirty;
  }
}

export class FilmFiles {
  /** `makeEditor(parent, opened, beside)` makes the editor of a file beside that of the script; `state` says how things
   *  are saved, `shown` hears that another file is in front or that there are others. */
  constructor(opened, makeEditor, state, shown) {
    Object.assign(this, { makeEditor, state, shown });
    this.files = new Map();
    this.script = this.current = this.#add(opened);
    this.#draw();
    byId("editor").replaceChildren(this.script.place);
  }

  get isDirty() { return [...this.files.values()].some(one => one.isDirty); }
  at(uri) { return this.files.get(uri); }

  #add(opened) {
    const place = document.createElement("div");
    place.className = "file";
    const file = new FilmFile(opened, this.makeEditor(place, opened, this.script?.editor), place);
    this.files.set(file.uri, file);
    return file;
  }

  /** Have these files open beside the script. One that is no longer included stays as long as it is not saved. */
  async keep(included) {
    for (const file of [...this.files.values()]) {
      if (file === this.script || file.isDirty || included.some(one => one.uri === file.uri)) continue;
      if (file === this.current) this.show(this.script.uri);
      this.files.delete(file.uri);
      file.editor.close();
    }
    for (const { path, name, uri } of included) {
      if (!this.files.has(uri)) this.#add({ ...await ask("open", { path }), name });
    }
    this.#draw();
    this.shown();
  }

  /** Bring a file to the front; its editor. */
  show(uri) {
    const file = this.files.get(uri);
    if (!file) return null;
    if (file !== this.current) {
      this.current = file;
      byId("editor").replaceChildren(file.place);
      file.editor.view.requestMeasure();
      this.#draw();
      this.shown();
    }
    return file.editor;
  }

  #draw() {
    const tabs = byId("files"), shown = [...this.files.values()];
    tabs.hidden = shown.length < 2;
    if (shown.length !== tabs.children.length || shown.some((file, at) => file.path !== tabs.children[at].title)) {
      tabs.replaceChildren(...shown.map(file => button("", () => this.show(file.uri)?.view.focus(), { title: file.path })));
    }
    shown.forEach((file, at) => {
      tabs.children[at].textContent = `${file.name}${file.isDirty ? " •" : ""}`;
      tabs.children[at].setAttribute("aria-pressed", String(file === this.current));
    });
  }

  /** Say how the files are saved. */
  tell(words = this.isDirty ? "not saved" : "saved") {
    this.state(words);
    this.#draw();
  }

  /** Save what has changed, and the file in front; whether all of it is saved. */
  async save() {
    let done = true;
    for (const file of this.files.values()) {
      if (file !== this.current && !file.isDirty) continue;
      done = await this.#save(file) && done;
    }
    this.tell();
    return done;
  }

  async #save(file) {
    if (file.conflict) return false;
    const text = file.editor.text;
    const saving = ask("save", { path: file.path, text, digest: file.saved.digest });
    file.saving = saving.catch(() => {});
    const answer = await saving;
    if ("conflict" in answer) {
      this.#choose(file, answer.conflict);
      return false;
    }
    file.saved = { text, digest: answer.digest };
    return true;
  }

  #choose(file, there) {
    file.there = there;
    if (file.conflict) return;
    file.conflict = true;
    askWhich(file.name, () => file.editor.text, () => file.there, text => {
      file.conflict = false;
      if (file.there) file.saved = { text: file.there.text, digest: file.there.digest };
      if (text !== file.editor.text) file.editor.replace(text);
      this.tell();
      this.show(file.uri).view.focus();
    });
  }

  /** A file has changed on disk: `there` is what it holds, null where it is gone. What the page itself is saving may be
   *  heard of before the answer to that. */
  async hearDisk(path, there) {
    const file = [...this.files.values()].find(one => one.path === path);
    await file?.saving;
    if (!file || there?.digest === file.saved.digest) return;
    if (file.isDirty || !there) {
      this.#choose(file, there);
      return;
    }
    file.editor.replace(there.text);
    file.saved = { text: file.editor.text, digest: there.digest };
    this.tell("taken over from another program");
  }
}
