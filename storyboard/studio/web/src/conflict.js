// The file has changed on disk while there was unsaved text in the page: nothing is written until the person has chosen.

import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { button, byId, element, openDialog } from "./dom.js";
import { styleNonce } from "./editor.js";

const questions = [];  // about one file each; the first is asked

/** Ask the person, one file after the other. `name` is the file's, `mine` gives the text of the page, `there` what the
 *  file is; `choose` gets the text that is to be, and what of the file the person has seen. The answer has `update`, for
 *  when the file is another one again, and `dismiss`, for when there is nothing to choose any more. */
export function askWhich(name, mine, there, choose) {
  const question = { name, mine, there, choose };
  questions.push(question);
  draw();
  return { update: draw, dismiss: () => drop(question) };
}

function drop(question) {
  if (questions.includes(question)) questions.splice(questions.indexOf(question), 1);
  draw();
}

function draw() {
  const bar = byId("conflict"), [question] = questions;
  const focus = bar.contains(document.activeElement) && document.activeElement.textContent;
  bar.hidden = !question;
  bar.replaceChildren();
  if (!question) return;
  const { name, mine, there, choose } = question, isText = there().text !== null;
  const done = (text, seen) => { drop(question); choose(text, seen); };
  bar.append(
    element("strong", {}, isText ? `Another program has changed ${name}.` : there().digest ? `${name} is not a text any more.` : `${name} is gone.`),
    "Nothing is written until you have chosen.",
    ...(isText ? [
      button("Compare", () => compare(mine(), there(), done)),
      button("Take the file’s", () => done(there().text, there())),
    ] : []),
    button("Keep mine", () => done(mine(), there())),
  );
  if (focus) [...bar.querySelectorAll("button")].find(one => one.textContent === focus)?.focus();
}

function compare(mine, there, done) {
  const place = element("div", { class: "merge" });
  const { dialog, actions } = openDialog("The file, and your text", element("p", {}, "On the left is the file, on the right your text, which you can change. An arrow copies a part over."), place);
  const view = new MergeView({
    parent: place,
    a: { doc: there.text, extensions: [EditorState.readOnly.of(true), EditorView.cspNonce.of(styleNonce), EditorView.lineWrapping, EditorView.contentAttributes.of({ "aria-label": "The file" })] },
    b: { doc: mine, extensions: [EditorView.cspNonce.of(styleNonce), EditorView.lineWrapping, EditorView.contentAttributes.of({ "aria-label": "Your text" })] },
    revertControls: "a-to-b",
    collapseUnchanged: {},
  });
  actions.prepend(button("Use the right side", () => { const text = view.b.state.doc.toString(); dialog.close(); done(text, there); }));
  dialog.addEventListener("close", () => view.destroy(), { once: true });
}
