// A picture for somebody of the cast: dropped on the card, or chosen with its button.

import { Refused, ask } from "#api";
import { element } from "./dom.js";

const nameOf = card => card.querySelector("h3").textContent;

/** Put the button on every card that is about to be shown. */
export function addPictureButtons(part) {
  for (const card of part.querySelectorAll(".card")) {
    const name = nameOf(card);
    card.lastElementChild.append(element("label", { class: "add-picture" }, "Picture…",
      element("input", { type: "file", class: "visually-hidden", accept: "image/*", "aria-label": `A picture of ${name}` })));
  }
}

/** Listen to the cards of a board; `give` is told the name and the file. */
export function listenToPictures(root, give) {
  root.addEventListener("change", ({ target }) => {
    if (!target.matches(".add-picture input") || !target.files.length) return;
    give(nameOf(target.closest(".card")), target.files[0]);
    target.value = "";
  });
  root.addEventListener("dragover", event => { if (event.target.closest(".card")) event.preventDefault(); });
  root.addEventListener("drop", event => {
    const card = event.target.closest(".card"), file = event.dataTransfer.files[0];
    if (!card) return;
    event.preventDefault();
    if (file) give(nameOf(card), file);
  });
}

/** Keep a picture beside the script; its path as the script says it. */
export async function keepPicture(name, file) {
  const address = await new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => fail(new Refused(`${file.name} cannot be read.`));
    reader.readAsDataURL(file);
  });
  return (await ask("picture", { entity: name, data: address.slice(address.indexOf(",") + 1) })).path;
}
