// Reads Fountain texts (a JSON list on standard input) and prints the tokens of each as a JSON list.
const { Fountain } = require("fountain-js");

const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const tokens = (text) => new Fountain().parse(text, true).tokens.map((token) => [token.type, token.text ?? ""]);
process.stdout.write(JSON.stringify(texts.map(tokens)));
