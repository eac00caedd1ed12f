// The problems of the script, each with its place and the edits that mend it.

import { button, element } from "./dom.js";

const SEVERITIES = { 1: "error", 2: "warning", 3: "information", 4: "information" };

export class ProblemList {
  constructor(root, editor) {
    this.root = root;
    this.list = root.querySelector("ul");
    this.editor = editor;
    this.byFile = new Map();
  }

  show(uri, problems) {
    this.byFile.set(uri, problems);
    const all = [...this.byFile].flatMap(([file, found]) => found.map(one => ({ ...one, file })));
    all.sort((one, other) => one.severity - other.severity || one.range.start.line - other.range.start.line);
    this.root.hidden = !all.length;
    this.list.replaceChildren(...all.map(one => this.#item(one)));
  }

  #item({ file, ...problem }) {
    const here = file === this.editor.uri, line = problem.range.start.line + 1;
    const where = `${here ? "" : `${decodeURIComponent(file.split("/").pop())}, `}line ${line}`;
    const fixes = element("div");
    const item = element("li", { class: SEVERITIES[problem.severity] },
      element("button", { class: "go", type: "button", disabled: !here, onclick: () => this.editor.goTo(line) },
        element("span", { class: "where" }, `${problem.code ?? ""} ${where}: `), problem.message),
      fixes);
    if (here) this.#offer(problem, fixes);
    return item;
  }

  async #offer(problem, place) {
    const fixes = await this.editor.fixesOf(problem).catch(() => []);
    place.replaceChildren(...fixes.slice(0, 3).map(fix => button(fix.title, () => {
      if (!this.editor.apply(fix.edit)) place.append(element("p", {}, "This changes another file; do it there."));
    }, { class: "fix" })));
  }
}
