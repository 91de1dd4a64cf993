// Colours are custom properties, so that a page may set its own; without any, light and dark follow the page's color-scheme.
// The editor lives in a shadow root, where CodeMirror's styles are adopted sheets: no inline style, whatever the content policy says.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const sheet = `
:host { display: block; min-inline-size: 0; }
.frame {
  --ground: var(--cedar-editor-ground, light-dark(#ffffff, #181c22));
  --ink: var(--cedar-editor-ink, light-dark(#161b26, #e8ebf0));
  --muted: var(--cedar-editor-muted, light-dark(#535d6d, #a3adba));
  --line: var(--cedar-editor-line, light-dark(#dde1e8, #2d343f));
  --field: var(--cedar-editor-field, light-dark(#858f9f, #707b8b));
  --accent: var(--cedar-editor-accent, light-dark(#1f4fd8, #8fb0ff));
  --selected: var(--cedar-editor-selected, light-dark(#cfdcff, #2c3f73));
  --found: var(--cedar-editor-found, light-dark(#ffe9a8, #5a4a12));
  --error: var(--cedar-editor-error, light-dark(#a8201a, #ff9d96));
  --warning: var(--cedar-editor-warning, light-dark(#8a5300, #f0b95c));
  --keyword: var(--cedar-editor-keyword, light-dark(#7a1fa2, #d9a6f5));
  --name: var(--cedar-editor-name, light-dark(#0b5c8a, #7cc7f2));
  --text: var(--cedar-editor-text, light-dark(#17633a, #7fd6a3));
  --number: var(--cedar-editor-number, light-dark(#9a3b00, #ffb086));
  box-sizing: border-box; block-size: 100%; display: flex; flex-direction: column; border: 1px solid var(--field); border-radius: 0.5rem; overflow: hidden;
  background: var(--ground); color: var(--ink);
}
.frame:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
.editor { flex: 1; min-block-size: 0; display: flex; }
.say { font: 0.875rem/1.4 system-ui, sans-serif; padding: 0.375rem 0.75rem; border-block-start: 1px solid var(--line); color: var(--muted); }
.say:empty { display: none; }
.say.wrong { color: var(--error); }
`;

export const theme = EditorView.theme({
  "&": { flex: "1", minWidth: "0", height: "100%", minHeight: "12rem", backgroundColor: "var(--ground)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace", fontSize: "0.875rem", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selected)" },
  ".cm-gutters": { backgroundColor: "var(--ground)", color: "var(--muted)", border: "none" },
  ".cm-activeLine": { backgroundColor: "transparent", boxShadow: "inset 0 0 0 1px var(--line)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selected)", outline: "1px solid var(--accent)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--error)" },
  ".cm-specialChar": { color: "var(--error)" },
  ".cm-searchMatch": { backgroundColor: "var(--found)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--found)", outline: "2px solid var(--accent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--found)" },
  ".cm-panels": { backgroundColor: "var(--ground)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panels input, .cm-panels button": { color: "var(--ink)", backgroundColor: "var(--ground)", backgroundImage: "none", border: "1px solid var(--field)", borderRadius: "0.25rem" },
  ".cm-panel.cm-search label, .cm-panel.cm-search button, .cm-panel.cm-search input": { fontSize: "0.875rem" },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink)", border: "none", fontSize: "1.25rem", minWidth: "1.5rem", minHeight: "1.5rem" },
  ".cm-tooltip": { backgroundColor: "var(--ground)", color: "var(--ink)", border: "1px solid var(--field)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--selected)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--muted)" },
  "[aria-selected] .cm-completionDetail": { color: "var(--ink)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--error)", textDecorationSkipInk: "none" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warning)", textDecorationSkipInk: "none" },
  ".cm-diagnostic": { maxWidth: "40rem", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--error)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warning)" },
  ".cm-diagnostic .hint": { color: "var(--muted)" },
});

export const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--keyword)", fontWeight: "600" },
  { tag: [tags.special(tags.variableName), tags.typeName, tags.meta], color: "var(--name)" },
  { tag: tags.string, color: "var(--text)" },
  { tag: [tags.number, tags.bool], color: "var(--number)" },
  { tag: tags.function(tags.variableName), color: "var(--name)", fontStyle: "italic" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
]);
