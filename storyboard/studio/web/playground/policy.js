// What a header says where there is a server: the page's policy is made stricter before anything else of it runs. A
// further policy can only forbid. The one in the page lets style sheets in that the editor makes; from here on only
// those that bear this number.

const nonce = crypto.randomUUID();
document.head.append(
  meta({ "http-equiv": "Content-Security-Policy", content: `style-src 'self' 'nonce-${nonce}'` }),
  meta({ name: "style-nonce", content: nonce }),
);

function meta(attributes) {
  const made = document.createElement("meta");
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const scripts = window.trustedTypes?.createPolicy("playground", { createScriptURL: name => new URL(name, import.meta.url).href })
  ?? { createScriptURL: name => new URL(name, import.meta.url).href };

/** The address of a script of ours, for a worker. */
export const scriptAddress = name => scripts.createScriptURL(name);
