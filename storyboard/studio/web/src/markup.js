// Markdown of the language server becomes HTML in the editor's library. Only the elements of plain text and pictures of
// our own pass, without any attribute but a picture's source; the browser refuses HTML that came another way.

const PASS = new Set(["P", "STRONG", "EM", "CODE", "PRE", "UL", "OL", "LI", "BR", "HR", "H1", "H2", "H3", "H4", "BLOCKQUOTE", "SPAN", "DIV", "IMG"]);
// A template of a document that is never shown: nothing in it runs or loads.
const template = document.implementation.createHTMLDocument("").createElement("template");
const asWritten = policy("inert", text => text);
policy("default", sanitized);

function policy(name, createHTML) {
  return window.trustedTypes?.createPolicy(name, { createHTML }) ?? { createHTML };
}

export function sanitized(html) {
  template.innerHTML = asWritten.createHTML(html);
  for (const one of [...template.content.querySelectorAll("*")]) {
    if (!PASS.has(one.tagName)) { one.replaceWith(...one.childNodes); continue; }
    const source = one.getAttribute("src") ?? "", words = one.getAttribute("alt") ?? "";
    for (const { name } of [...one.attributes]) one.removeAttribute(name);
    if (one.tagName !== "IMG") continue;
    if (!/^data:image\/(png|jpeg|webp);base64,/.test(source)) { one.remove(); continue; }
    one.setAttribute("src", source);
    one.setAttribute("alt", words);
  }
  return template.innerHTML;
}
