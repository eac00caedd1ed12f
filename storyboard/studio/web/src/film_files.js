// The files of the film that are open: the script, and what it includes, each with a tab, its text, and what of it is on
// disk.

import { ask } from "#api";
import { askWhich } from "./conflict.js";
import { button, byId } from "./dom.js";

class FilmFile {
  #seen = null;  // the document that was compared last, with what it was compared to

  constructor({ path, name, uri, digest, version }, editor, place) {
    Object.assign(this, { path, name, uri, editor, place, conflict: null });
    this.saved = { text: editor.text, digest, version };  // what the page knows of the disk; a text of null where it is gone
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

  /** Save a file, after what is being saved of it already. */
  #save(file) {
    const saved = (file.saving ?? Promise.resolve()).then(() => this.#write(file));
    file.saving = saved.catch(() => {});
    return saved;
  }

  async #write(file) {
    if (file.conflict) return false;
    const text = file.editor.text;
    const answer = await ask("save", { path: file.path, text, digest: file.saved.digest });
    if ("conflict" in answer) {
      this.#choose(file, answer.conflict);
      return false;
    }
    file.saved = { text, ...answer };
    return true;
  }

  /** Have the person choose between the text and the file, which is `there` now. What is chosen is written at once, over
   *  the file as the person has seen it and no other. */
  #choose(file, there) {
    file.there = there;
    if (file.conflict) {
      file.conflict.update();
      return;
    }
    file.conflict = askWhich(file.name, () => file.editor.text, () => file.there, (text, seen) => {
      file.conflict = null;
      if (text !== file.editor.text) file.editor.replace(text);
      file.saved = text === seen.text ? { ...seen, text: file.editor.text } : seen;
      this.tell();
      this.show(file.uri).view.focus();
      if (file.isDirty) file.editor.listen.save();
    });
  }

  /** A file has changed on disk, as `there` says. What the page itself is saving may be heard of before the answer to
   *  that, and what was there before a save after it. */
  async hearDisk(path, there) {
    const file = [...this.files.values()].find(one => one.path === path);
    await file?.saving;
    const known = file?.conflict ? file.there : file?.saved;
    if (!file || there.version <= known.version) return;
    if (there.digest !== file.saved.digest && (file.isDirty || there.text === null)) {
      this.#choose(file, there);
      return;
    }
    file.conflict?.dismiss();
    file.conflict = null;
    if (there.digest === file.saved.digest) {
      file.saved = { ...file.saved, version: there.version };
      return;
    }
    file.editor.replace(there.text);
    file.saved = { ...there, text: file.editor.text };
    this.tell("taken over from another program");
  }
}
