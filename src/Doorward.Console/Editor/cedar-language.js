// How Cedar is coloured. The server parses; this only has to be quick and never wrong about where a string or a comment ends.
import { StreamLanguage } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const effects = new Set(["permit", "forbid", "when", "unless"]);
const operators = new Set(["if", "then", "else", "in", "has", "like", "is"]);
const variables = new Set(["principal", "action", "resource", "context"]);
const atoms = new Set(["true", "false"]);
const word = /^[\p{L}_][\p{L}\p{N}_]*/u;

// A string may not end on its line; state carries it over.
function readString(stream, state) {
  while (!stream.eol()) {
    const next = stream.next();
    if (next === "\\") stream.next();
    else if (next === "\"") {
      state.inString = false;
      break;
    }
  }
  return "string";
}

function readWord(stream, state) {
  const [text] = stream.match(word);
  const afterDot = state.afterDot;
  state.afterDot = false;
  if (stream.match(/^\s*\(/, false) && !effects.has(text) && !operators.has(text)) return "function";
  if (afterDot) return "field";
  if (stream.match(/^\s*::/, false)) return "typeName";
  if (effects.has(text)) return "keyword";
  if (operators.has(text)) return "operatorKeyword";
  if (variables.has(text)) return "scopeVariable";
  return atoms.has(text) ? "atom" : "name";
}

export const cedar = StreamLanguage.define({
  name: "cedar",
  startState: () => ({ inString: false, afterDot: false }),
  copyState: state => ({ ...state }),
  token(stream, state) {
    if (state.inString) return readString(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(word, false)) return readWord(stream, state);
    state.afterDot = false;
    if (stream.match(/^@[\p{L}_][\p{L}\p{N}_]*/u)) return "annotation";
    if (stream.match(/^\d+/)) return "number";
    const next = stream.next();
    if (next === "\"") {
      state.inString = true;
      return readString(stream, state);
    }
    if (next === ".") {
      state.afterDot = true;
      return "punctuation";
    }
    if ("()[]{}".includes(next)) return "bracket";
    if ("<>=!&|+-*".includes(next)) return "operator";
    if (next === "?") {
      stream.match(word);
      return "annotation";
    }
    return "punctuation";
  },
  languageData: { commentTokens: { line: "//" }, closeBrackets: { brackets: ["(", "[", "{", "\""] } },
  // Names of our own: those of CodeMirror 5 (variable, property) would be taken for its tags.
  tokenTable: {
    function: tags.function(tags.variableName),
    field: tags.propertyName,
    typeName: tags.typeName,
    keyword: tags.keyword,
    operatorKeyword: tags.operatorKeyword,
    scopeVariable: tags.special(tags.variableName),
    atom: tags.bool,
    name: tags.variableName,
    annotation: tags.meta,
    number: tags.number,
    string: tags.string,
    comment: tags.comment,
    bracket: tags.bracket,
    operator: tags.operator,
    punctuation: tags.punctuation,
  },
});
