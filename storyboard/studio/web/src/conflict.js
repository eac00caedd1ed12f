// The file has changed on disk while there was unsaved text in the page: nothing is written until the person has chosen.

import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { button, byId, element, openDialog } from "./dom.js";
import { styleNonce } from "./editor.js";

const waiting = [];  // questions about other files

/** Ask the person, one file after the other. `name` is the file's, `mine` gives the text of the page, `there` what
 *  the file holds, or null; `choose` gets the text that is to be. */
export function askWhich(name, mine, there, choose) {
  const bar = byId("conflict");
  if (!bar.hidden) {
    waiting.push([name, mine, there, choose]);
    return;
  }
  const done = text => {
    bar.hidden = true;
    bar.replaceChildren();
    choose(text);
    if (waiting.length) askWhich(...waiting.shift());
  };
  bar.hidden = false;
  bar.replaceChildren(
    element("strong", {}, there() ? `Another program has changed ${name}.` : `${name} is gone.`),
    "Nothing is written until you have chosen.",
    ...(there() ? [
      button("Compare", () => compare(mine(), (there() ?? { text: "" }).text, done)),
      button("Take the file’s", () => done((there() ?? { text: "" }).text)),
    ] : []),
    button("Keep mine", () => done(mine())),
  );
}

function compare(mine, there, done) {
  const place = element("div", { class: "merge" });
  const { dialog, actions } = openDialog("The file, and your text", element("p", {}, "On the left is the file, on the right your text, which you can change. An arrow copies a part over."), place);
  const view = new MergeView({
    parent: place,
    a: { doc: there, extensions: [EditorState.readOnly.of(true), EditorView.cspNonce.of(styleNonce), EditorView.lineWrapping, EditorView.contentAttributes.of({ "aria-label": "The file" })] },
    b: { doc: mine, extensions: [EditorView.cspNonce.of(styleNonce), EditorView.lineWrapping, EditorView.contentAttributes.of({ "aria-label": "Your text" })] },
    revertControls: "a-to-b",
    collapseUnchanged: {},
  });
  actions.prepend(button("Use the right side", () => { const text = view.b.state.doc.toString(); dialog.close(); done(text); }));
  dialog.addEventListener("close", () => view.destroy(), { once: true });
}
