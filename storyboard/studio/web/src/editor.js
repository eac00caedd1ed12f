// The script: CodeMirror, and the language server over POST. Everything that the editor knows it asks there.

import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, foldKeymap } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import {
  LSPClient, LSPPlugin, findReferencesKeymap, formatDocument, formatKeymap, hoverTooltips, jumpToDefinitionKeymap,
  renameKeymap, serverCompletion,
} from "@codemirror/lsp-client";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { Refused, ask } from "#api";
import { foldParts } from "./folding.js";
import { sanitized } from "./markup.js";
import { meaningColours } from "./tokens.js";

/** Marks the style sheets that the editor makes, so that the page's policy lets them in. */
export const styleNonce = document.querySelector('meta[name="style-nonce"]').content;

const SEVERITIES = { 1: "error", 2: "warning", 3: "info", 4: "hint" };

/** The connection to the language server: messages go one after the other, as they were sent. */
class Connection {
  #handlers = new Set();
  #last = Promise.resolve();
  #waiting = 0;
  #then = null;

  send(message) {
    const data = JSON.parse(message);
    this.#waiting++;
    this.#last = this.#last.then(() => ask("lsp", data)).then(
      ({ answer }) => answer && this.receive(answer),
      problem => data.id != null && this.receive({ jsonrpc: "2.0", id: data.id, error: { code: -32603, message: problem.message } }),
    ).then(() => {
      this.#waiting--;
      if (!this.#waiting) this.#next();
    });
  }

  /** Do something as soon as nothing is on its way: keys that are typed meanwhile go together. */
  whenIdle(work) {
    this.#then = work;
    if (!this.#waiting) queueMicrotask(() => this.#waiting || this.#next());
  }

  #next() {
    const work = this.#then;
    this.#then = null;
    work?.();
  }

  receive(message) {
    for (const handler of this.#handlers) handler(JSON.stringify(message));
  }

  subscribe(handler) { this.#handlers.add(handler); }
  unsubscribe(handler) { this.#handlers.delete(handler); }
}

/** The edits of an edit of the language server, by the URI of their file. */
const changesOf = edit => edit.changes ?? Object.fromEntries((edit.documentChanges ?? []).map(one => [one.textDocument?.uri, one.edits]));

export class ScriptEditor {
  /** `opened` is what the studio says of the script; `listen` hears of changes, problems, the cursor and Ctrl-S. An
   *  included file has an editor `beside` that of the script: they share the language server. */
  constructor(parent, opened, listen, beside = null) {
    this.uri = opened.uri;
    this.listen = listen;
    this.all = beside?.all ?? new Map();  // the editors of all files, by their URIs
    this.all.set(this.uri, this);
    this.connection = beside?.connection ?? new Connection();
    this.client = beside?.client ?? this.#connect(opened);
    const crlf = opened.text.includes("\r\n");
    this.view = new EditorView({ parent, state: EditorState.create({ doc: opened.text, extensions: [
      crlf ? EditorState.lineSeparator.of("\r\n") : [],
      EditorView.cspNonce.of(styleNonce), lineNumbers(), foldParts(this), highlightSpecialChars(), history(), drawSelection(), bracketMatching(),
      highlightActiveLine(), highlightSelectionMatches(), search({ top: true }), lintGutter(), EditorView.lineWrapping,
      EditorState.allowMultipleSelections.of(true),
      autocompletion(), serverCompletion({ override: true }), hoverTooltips(),
      EditorView.contentAttributes.of({ "aria-label": beside ? opened.name : "Script", spellcheck: "true", tabindex: "0" }),
      keymap.of([
        { key: "Mod-s", run: () => (listen.save(), true), preventDefault: true },
        { key: "Mod-Shift-o", run: () => (listen.outline?.(), true), preventDefault: true },
        ...completionKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap, ...formatKeymap,
        ...renameKeymap, ...jumpToDefinitionKeymap, ...findReferencesKeymap, ...defaultKeymap, indentWithTab,
      ]),
      this.client.plugin(opened.uri, "storyboard"),
      meaningColours(this),
      EditorView.updateListener.of(update => {
        if (update.docChanged) {
          this.connection.whenIdle(() => this.client.sync());
          listen.changed();
        }
        if (update.selectionSet || update.docChanged) listen.moved();
      }),
    ] }) });
  }

  #connect(opened) {
    const client = new LSPClient({
      rootUri: opened.uri.replace(/\/[^/]*$/, ""),
      timeout: opened.timeout ?? 20_000,
      sanitizeHTML: sanitized,
      notificationHandlers: { "textDocument/publishDiagnostics": (_, said) => this.#tell(said) },
    });
    client.connect(this.connection);
    // Which file is in front is the page's to say; the client asks when somebody goes to a definition.
    client.workspace.displayFile = async uri => {
      const view = this.listen.display?.(uri)?.view ?? null;
      view?.focus();
      return view;
    };
    return client;
  }

  /** Close the editor of a file that is no longer included. */
  close() {
    this.all.delete(this.uri);
    this.view.destroy();
  }

  get text() { return this.view.state.sliceDoc(); }
  get line() { return this.view.state.doc.lineAt(this.view.state.selection.main.head).number; }

  format() { formatDocument(this.view); }

  /** Replace the text as one step that can be undone; what is the same at both ends stays, and so does the cursor. */
  replace(text) {
    const old = this.view.state.doc.toString(), fresh = text.replaceAll("\r\n", "\n");
    let start = 0, end = 0;
    const most = Math.min(old.length, fresh.length);
    while (start < most && old[start] === fresh[start]) start++;
    while (end < most - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
    this.view.dispatch({ changes: { from: start, to: old.length - end, insert: fresh.slice(start, fresh.length - end) } });
  }

  /** Put the cursor on a line and bring it into view, without taking the focus. */
  show(line) {
    const at = this.view.state.doc.line(Math.min(line, this.view.state.doc.lines)).from;
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  }

  goTo(line) {
    this.show(line);
    this.view.focus();
  }

  /** The list of problems may have grown over the line that is being written. */
  keepCursorInView() {
    if (this.view.hasFocus) this.view.dispatch({ effects: EditorView.scrollIntoView(this.view.state.selection.main.head) });
  }

  /** A range of the language server in the text as it is now; null where it has been written over. */
  range(range) {
    const plugin = LSPPlugin.get(this.view);
    const [from, to] = [range.start, range.end].map(
      one => plugin.unsyncedChanges.mapPos(plugin.fromPosition(one, plugin.syncedDoc)),
    );
    return { from, to };
  }

  async request(method, params) {
    await this.client.initializing;
    this.client.sync();
    return this.client.request(method, params);
  }

  /** An answer whose places are those of the text as it is now: asked again where the text changed on the way. */
  async requestPlaces(method, params) {
    for (;;) {
      const { doc } = this.view.state;
      const answer = await this.request(method, params);
      if (this.view.state.doc === doc) return answer;
    }
  }

  /** The edits that mend a problem, each with its title. */
  async fixesOf(problem) {
    const found = await this.request("textDocument/codeAction", {
      textDocument: { uri: this.uri }, range: problem.range, context: { diagnostics: [problem], triggerKind: 1 },
    });
    return (found ?? []).filter(one => one.edit && (one.kind ?? "").startsWith("quickfix"));
  }

  /** The number of the shot that the cursor is in, in the text as it is now; null where there is none. */
  async shotHere() {
    const position = { line: this.line - 1, character: 0 };
    return (await this.request("storyboard/shotAt", { uri: this.uri, position }))?.shot ?? null;
  }

  /** Insert, duplicate, move or remove a shot as one step that can be undone; the cursor goes to where it is then. */
  async editShot(shot, action) {
    const { edit, line } = await this.requestPlaces("storyboard/editShot", { uri: this.uri, shot, action }).catch(problem => {
      throw new Refused(problem.message);
    });
    if (!this.apply(edit)) throw new Refused(`Shot ${shot} is in another file.`);
    const at = this.view.state.doc.line(Math.min(line + 1, this.view.state.doc.lines));
    const anchor = action === "insert" ? at.to : at.from;
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  }

  /** Put words down as a TODO of a shot, as one step that can be undone; the cursor stays. */
  async noteShot(shot, words) {
    const { edit } = await this.requestPlaces("storyboard/noteShot", { uri: this.uri, shot, words }).catch(problem => {
      throw new Refused(problem.message);
    });
    if (!this.apply(edit)) throw new Refused(`Shot ${shot} is in another file.`);
  }

  /** When the language server knows the text as it is now. */
  async settled() { await this.request("textDocument/foldingRange", { textDocument: { uri: this.uri } }); }

  /** The edit that makes a picture the first one of a declared name. */
  async pictureEdit(name, picture) {
    const { edit } = await this.requestPlaces("storyboard/namePicture", { uri: this.uri, name, picture }).catch(problem => {
      throw new Refused(problem.message);
    });
    if (Object.keys(changesOf(edit)).some(uri => uri !== this.uri)) throw new Refused(`${name} is declared in another file: name the picture there.`);
    return edit;
  }

  /** Apply an edit of the language server, in each file as one step; whether all its files are open. */
  apply(edit) {
    const changes = Object.entries(changesOf(edit));
    if (!changes.every(([uri]) => this.all.has(uri))) return false;
    for (const [uri, edits] of changes) this.all.get(uri).#dispatch(edits);
    this.view.focus();
    return true;
  }

  #dispatch(edits) {
    const changes = edits.map(one => ({ ...this.range(one.range), insert: one.newText }));
    this.view.dispatch({ changes, userEvent: "input.fix", annotations: isolateHistory.of("full") });
  }

  #tell({ uri, diagnostics }) {
    this.all.get(uri)?.#mark(diagnostics);
    this.listen.problems(uri, diagnostics);
    return true;
  }

  #mark(diagnostics) {
    const shown = diagnostics.map(one => {
      const { from, to } = this.range(one.range);
      return { from, to: Math.max(from, to), severity: SEVERITIES[one.severity] ?? "info", message: one.message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, shown));
  }
}
