// What the page asks the studio. The token comes in the address's fragment and goes in a header; the address loses it,
// so that it is in no history, and a reload finds it in this tab's storage.

const given = location.hash.slice(1);
if (given) {
  sessionStorage.setItem("token", given);
  history.replaceState(null, "", "/");
}
export const headers = { "X-Sbc-Token": sessionStorage.getItem("token") ?? "" };

/** The studio would not do it; the message says why, for a person. */
export class Refused extends Error {}

export async function ask(name, body = {}) {
  let answer;
  try {
    answer = await fetch(`/api/${name}`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused("The studio has ended. Start it again with “sbc studio”; the text here can still be copied.");
  }
  if (answer.ok) return answer.json();
  const said = await answer.text();
  let words = said;
  try { words = JSON.parse(said).refused ?? said; } catch { /* plain words */ }
  throw new Refused(words);
}
