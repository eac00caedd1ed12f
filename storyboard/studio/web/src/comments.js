// The comments of guests: each is accepted as a note in the script, as one step that can be undone, or dismissed.

import { ask } from "./api.js";
import { button, byId, count, element, isShown, openDialog } from "./dom.js";
import { shotOf } from "./shot_menu.js";

export const TITLE = "Comments of guests";

/** Show how many comments wait; the button is there only while there are any. */
export function countComments(number) {
  const door = byId("comments");
  door.hidden = !number;
  door.textContent = count(number, "comment");
}

/** Show the comments. `note(shot, words)` writes a note into the script, `go(shot)` goes to a shot,
 *  and `seen` is called when none is left. */
export async function showComments(tell, note, go, seen, isNews = false) {
  const { comments } = await ask("comments");
  countComments(comments.length);
  if (isNews && !isShown(TITLE)) return;
  const act = work => async () => {
    try {
      await work();
      await showComments(tell, note, go, seen);
      if (!byId("dialog").querySelector(".guest-comment")) { byId("dialog").close(); seen(); }
    } catch (problem) { tell(problem.message); }
  };
  openDialog(TITLE, ...(comments.length ? comments.map(one => {
    const shot = shotNow(one);
    const remove = () => ask("remove-comment", { id: one.id });
    return element("article", { class: "guest-comment", "aria-label": `Comment of ${one.name}` },
      element("p", { class: "where" }, `${one.name}, ${new Date(one.at * 1000).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}, on shot ${one.shot}`,
        shot == null ? ", which is gone or has changed" : shot === one.shot ? "" : `, which is shot ${shot} now`),
      element("p", {}, one.text),
      element("div", { class: "actions" },
        button("Go to the shot", () => { byId("dialog").close(); go(shot ?? one.shot); }),
        button(`Accept as a note on ${shot ?? one.shot}`, act(async () => { await note(shot ?? one.shot, `${one.name}: ${one.text}`); await remove(); })),
        button("Dismiss", act(remove))));
  }) : [element("p", {}, "There are no new comments.")]));
}

/** The number of the shot that a comment is about: that of the panel that is still about the same; null where none is. */
function shotNow({ shot, key }) {
  const same = [...document.querySelectorAll(".panel")].filter(panel => panel.dataset.key === key);
  return same.length ? shotOf(same.find(panel => shotOf(panel) === shot) ?? same[0]) : null;
}
