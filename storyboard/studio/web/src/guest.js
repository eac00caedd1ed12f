// The page of a guest: the board and the takes to look at, and comments on shots, which the writer accepts or does not.

import { Board } from "../../../watch/page/board.js";
import { follow } from "../../../watch/page/feed.js";
import { headers } from "./api.js";
import { button, byId, element, openDialog } from "./dom.js";
import { shotOf } from "./shot_menu.js";

const NAME = "name";

const board = new Board(byId("board"), document.scrollingElement, "main", part => {
  if (part.matches(".panel")) part.append(button("Comment…", () => {}, { class: "comment", "aria-label": `Comment on shot ${shotOf(part)}` }));
});
const told = words => { if (byId("status").textContent !== words) byId("status").textContent = words; };

follow(
  update => {
    if (!update.order) return;
    board.apply(update);
    document.title = `${update.order.title}: storyboard`;
    told("");
  },
  () => told("The writer’s studio has closed, or no longer admits guests; this page is no longer updated."),
  headers,
);

/** Ask the studio; the words that it refuses with are the error’s. */
async function ask(address, options = {}) {
  const answer = await fetch(address, { ...options, headers: { ...headers, ...options.headers } }).catch(() => null);
  if (!answer) throw new Error("The writer’s studio cannot be reached.");
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

function writeComment(panel) {
  const shot = shotOf(panel);
  const name = element("input", { type: "text", maxlength: 40, autocomplete: "name", value: localStorage.getItem(NAME) ?? "" });
  const text = element("textarea", { rows: 4, maxlength: 500, required: true });
  const why = element("p", { class: "why", role: "alert" });
  const send = element("button", { class: "first" }, "Send");
  const form = element("form", { onsubmit: async event => {
    event.preventDefault();
    send.disabled = true;
    try {
      localStorage.setItem(NAME, name.value);
      await ask("/comment", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ shot, key: panel.dataset.key, name: name.value, text: text.value }),
      });
      byId("dialog").close();
      told(`Your comment on shot ${shot} has been sent.`);
    } catch (problem) { why.textContent = problem.message; }
    send.disabled = false;
  } }, element("label", {}, "Your name ", name), element("label", {}, "Your comment ", text), send);
  byId("dialog").classList.remove("wide");
  openDialog(`Shot ${shot}`, form, why);
  (name.value ? text : name).focus();
}

async function showTakes() {
  const { clips } = await ask("/takes");
  const rows = clips.map(clip => element("section", {},
    element("h3", {}, `${clip.scene} Shots ${clip.shots.join(", ")}`),
    element("div", { class: "row" }, ...clip.takes.map(take => element("figure", {},
      element("video", { src: take.url, controls: true, preload: "metadata", playsinline: true }),
      element("figcaption", {}, `Take ${take.number}${take.chosen ? ", in the film" : ""}`))))));
  byId("dialog").classList.add("wide");
  openDialog("Takes", ...(rows.length ? rows : [element("p", {}, "No clip has been rendered yet.")]));
}

byId("board").addEventListener("click", event => {
  const panel = event.target.closest(".comment")?.closest(".panel");
  if (panel) writeComment(panel);
});
byId("takes").addEventListener("click", () => showTakes().catch(problem => told(problem.message)));
