// The problems of the script, each with its place and the edits that mend it.

import { button, element } from "./dom.js";

const SEVERITIES = { 1: "error", 2: "warning", 3: "information", 4: "information" };

export class ProblemList {
  /** `editor` is that of the script; `display` brings a file to the front. */
  constructor(root, editor, display = () => editor) {
    this.root = root;
    this.list = root.querySelector("ul");
    this.editor = editor;
    this.display = display;
    this.byFile = new Map();
  }

  show(uri, problems) {
    this.byFile.set(uri, problems);
    this.draw();
  }

  /** Show the problems as they are; the files that are open may be others. */
  draw() {
    const all = [...this.byFile].flatMap(([file, found]) => found.map(one => ({ ...one, file })));
    all.sort((one, other) => one.severity - other.severity || one.range.start.line - other.range.start.line);
    this.root.hidden = !all.length;
    this.list.replaceChildren(...all.map(one => this.#item(one)));
  }

  #item({ file, ...problem }) {
    const own = file === this.editor.uri, editor = this.editor.all.get(file), line = problem.range.start.line + 1;
    const where = `${own ? "" : `${decodeURIComponent(file.split("/").pop())}, `}line ${line}`;
    const fixes = element("div");
    const item = element("li", { class: SEVERITIES[problem.severity] },
      element("button", { class: "go", type: "button", disabled: !editor, onclick: () => this.display(file).goTo(line) },
        element("span", { class: "where" }, `${problem.code ?? ""} ${where}: `), problem.message),
      fixes);
    if (editor) this.#offer(editor, problem, fixes);
    return item;
  }

  async #offer(editor, problem, place) {
    const fixes = await editor.fixesOf(problem).catch(() => []);
    place.replaceChildren(...fixes.slice(0, 3).map(fix => button(fix.title, () => {
      if (!editor.apply(fix.edit)) place.append(element("p", {}, "This changes another file; do it there."));
    }, { class: "fix" })));
  }
}
