// The script and its board: panel and line follow each other, and what is done on the board is an edit of the text.

import { keepPicture, listenToPictures } from "./cast_pictures.js";
import { button, byId, element, openDialog } from "./dom.js";
import { listenToShotButtons, shotButton } from "./shot_menu.js";

const MOVE = 120;  // milliseconds after which the board follows the cursor

/** Show one of the two panes, where there is room for one. */
export function showPane(name) {
  document.querySelector(".panes").dataset.shows = name;
  for (const one of ["script", "board"]) byId(`show-${one}`).setAttribute("aria-pressed", one === name);
}

/** Let the board in `see` follow the cursor of `editor()`, and the text what is done on the board. `safely` runs what
 *  may be refused. To be called: `moved` when the cursor has moved, `mark` when the board has changed. */
export function linkScriptAndBoard(see, editor, safely) {
  const board = byId("board");
  let here = null, follows = false, focuses = false, moving = 0;

  async function find() {
    here = await editor().shotHere();
    follows = true;
    mark();
  }

  function moved() {
    clearTimeout(moving);
    moving = setTimeout(() => safely(find), MOVE);
  }

  /** Mark the panel of the line that the cursor is on, and bring it into view once after the cursor has moved. */
  function mark() {
    const panel = here && document.getElementById(`shot-${here}`);
    for (const one of document.querySelectorAll(".panel.here")) if (one !== panel) one.classList.remove("here");
    if (!panel) return;
    panel.classList.add("here");
    if (follows && !see.matches(":hover, :focus-within")) panel.scrollIntoView({ block: "nearest" });
    follows = false;
    if (focuses) shotButton(here)?.focus();
  }

  /** Change the text from a panel. Whoever works on the board stays there; a new shot is written in the text. */
  async function change(shot, action) {
    if (!editor()) return;
    if (action === "note") { askNote(shot); return; }
    await editor().editShot(shot, action);
    clearTimeout(moving);
    if (action === "insert") showPane("script");
    else focuses = true;  // the board may follow before or after this: until the person goes on
    await find();
  }

  /** Ask for a note on a shot, and put it down in the text. */
  function askNote(shot) {
    const words = element("textarea", { rows: 3, "aria-label": `Note on shot ${shot}`, maxlength: 1000 });
    const write = button("Save the note", () => { dialog.close(); safely(() => editor().noteShot(shot, words.value)); });
    const { dialog, actions } = openDialog(`Note on shot ${shot}`, element("p", {}, "It is a TODO in the script below the shot, and is shown under its panel, until you delete it."), words);
    actions.prepend(write);
    words.focus();
  }

  /** Keep a picture, and name it in the text. One that cannot be named here is not kept. */
  async function give(name, file) {
    if (!editor()) return;
    await editor().pictureEdit(name, file.name);
    editor().apply(await editor().pictureEdit(name, await keepPicture(name, file)));
  }

  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, () => { focuses = false; }, true);
  listenToShotButtons(board, (shot, action) => safely(() => change(shot, action)));
  listenToPictures(board, (name, file) => safely(() => give(name, file)));
  return { moved, mark };
}
