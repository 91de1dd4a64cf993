// The editor of one policy: CodeMirror 6 in a shadow root. It knows no server; callbacks check, complete, format, and are told of changes.
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { cedar } from "./cedar-language.js";
import { colours, sheet, theme } from "./look.js";
import { checking } from "./notes.js";
import { completing } from "./proposals.js";

const CheckDelay = 300, ChangeDelay = 300;
// Beyond this a check of every keystroke would cost the server more than it tells.
const MostChecked = 256 * 1024;

/**
 * @param {HTMLElement} host an empty element; it gets a shadow root
 * @param {object} options text, label, readOnly, limit (UTF-16 units), and the callbacks
 *   check(text) → {errors, warnings} of {message, start, length, expected?, hint?},
 *   complete(text, offset) → {start, length, items: {text, kind, detail?}[]},
 *   format(text) → text or null, save(text), changed(text): each may be asynchronous, each may be left out
 */
export function createCedarEditor(host, options = {}) {
  const limit = options.limit ?? 1 << 20;
  const frame = frameIn(host);
  const sayings = new Map();
  const readOnly = new Compartment();
  let pending, closed = false;

  const say = (topic, text, wrong = false) => {
    sayings.delete(topic);
    if (text) sayings.set(topic, { text, wrong });
    const last = [...sayings.values()].at(-1);
    frame.say.textContent = last?.text ?? "";
    frame.say.classList.toggle("wrong", last?.wrong ?? false);
  };

  // A text that could never be published is refused as it comes, not after it was worked on.
  const bounded = EditorState.transactionFilter.of(change => {
    if (!change.docChanged || change.newDoc.length <= limit || change.newDoc.length < change.startState.doc.length) return change;
    queueMicrotask(() => say("limit", `Nothing was inserted: the text would have ${change.newDoc.length} characters, and ${limit} are the most.`, true));
    return [];
  });

  const tell = () => {
    if (pending === undefined) return;
    clearTimeout(pending);
    pending = undefined;
    options.changed?.(view.state.doc.toString());
  };

  const following = EditorView.updateListener.of(update => {
    if (!update.docChanged) return;
    say("limit", "");
    say("size", update.state.doc.length > MostChecked ? `The text has ${update.state.doc.length} characters; it is checked when it is saved, not while typing.` : "");
    clearTimeout(pending);
    pending = setTimeout(tell, options.changeDelay ?? ChangeDelay);
  });

  const replaceAll = text => {
    const change = difference(view.state.doc.toString(), text);
    if (change) view.dispatch({ changes: change, scrollIntoView: true });
  };

  const format = async () => {
    if (!options.format || view.state.readOnly) return;
    const before = view.state.doc;
    try {
      const text = await options.format(before.toString());
      if (closed || !view.state.doc.eq(before)) return;
      if (typeof text === "string") replaceAll(text);
      say("format", typeof text === "string" ? "" : "It is not formatted, because it does not parse. The first error says where.");
    } catch {
      say("format", "It could not be formatted just now: the server did not answer.");
    }
  };

  const save = async () => {
    await format();
    tell();
    await options.save?.(view.state.doc.toString());
  };

  const keys = [
    { key: "Shift-Alt-f", preventDefault: true, run: () => (format(), true) },
    { key: "Mod-s", preventDefault: true, run: () => (save(), true) },
  ];

  const view = new EditorView({
    root: host.shadowRoot,
    parent: frame.editor,
    state: EditorState.create({
      doc: options.text ?? "",
      extensions: [
        // What is not seen, or turns the text around (U+202E), is shown as what it is.
        highlightSpecialChars(), lineNumbers(), highlightActiveLineGutter(), highlightActiveLine(), history(), drawSelection(), bracketMatching(), closeBrackets(),
        highlightSelectionMatches(), search({ top: true }), EditorState.tabSize.of(2), indentUnit.of("  "), cedar, syntaxHighlighting(colours), theme,
        readOnly.of(EditorState.readOnly.of(options.readOnly ?? false)),
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": options.label ?? "Policy, in Cedar", spellcheck: "false", autocorrect: "off", autocapitalize: "off", translate: "no" }),
        options.placeholder ? placeholder(options.placeholder) : [],
        options.check ? [lintGutter(), checking(text => (text.length > MostChecked ? { errors: [], warnings: [] } : options.check(text)), options.checkDelay ?? CheckDelay, say)] : [],
        options.complete ? completing((text, offset) => (text.length > MostChecked ? null : options.complete(text, offset)), say) : [],
        bounded, following,
        keymap.of([...keys, ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.domEventHandlers({ blur: () => (tell(), false) }),
      ],
    }),
  });
  addEventListener("pagehide", tell);

  return {
    getText: () => view.state.doc.toString(),
    setText: replaceAll,
    setReadOnly: value => view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(value)) }),
    goTo(offset) {
      view.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    format,
    destroy() {
      tell();
      closed = true;
      removeEventListener("pagehide", tell);
      view.destroy();
    },
  };
}

/**
 * The same for Blazor: callbacks are methods of a .NET object. Texts go to it as streams, which no message limit of a circuit stops.
 * With options.draft, what was typed and not saved is kept in the tab, and comes back when the page does, circuit or not.
 */
export function mount(host, reference, options) {
  const draft = draftOf(options.draft);
  const kept = options.readOnly ? null : draft.read();
  const restored = kept !== null && kept !== options.text;
  const sent = text => DotNet.createJSStreamReference(new TextEncoder().encode(text));
  const call = (name, ...rest) => (text, ...more) => reference.invokeMethodAsync(name, sent(text), ...rest, ...more);
  const editor = createCedarEditor(host, {
    ...options,
    text: restored ? kept : options.text,
    check: call("CheckAsync"),
    complete: call("CompleteAsync"),
    format: call("FormatAsync"),
    save: call("SaveAsync"),
    changed: text => {
      draft.write(text);
      call("ChangedAsync")(text).catch(() => { /* The circuit is away; what was typed stays, and the next change tells it. */ });
    },
  });
  if (restored) call("RestoredAsync")(kept).catch(() => {});
  return { ...editor, forgetDraft: draft.forget };
}

// The session storage dies with its tab. A full one keeps nothing, and typing goes on.
function draftOf(name) {
  if (!name) return { read: () => null, write() {}, forget() {} };
  const key = `cedar-draft:${name}`;
  return {
    read: () => sessionStorage.getItem(key),
    write(text) {
      try {
        sessionStorage.setItem(key, text);
      } catch {
        sessionStorage.removeItem(key);
      }
    },
    forget: () => sessionStorage.removeItem(key),
  };
}

function frameIn(host) {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open", delegatesFocus: true });
  const own = new CSSStyleSheet();
  own.replaceSync(sheet);
  root.adoptedStyleSheets = [own];
  const frame = document.createElement("div");
  frame.className = "frame";
  const editor = document.createElement("div");
  editor.className = "editor";
  const say = document.createElement("div");
  say.className = "say";
  say.setAttribute("role", "status");
  frame.append(editor, say);
  root.replaceChildren(frame);
  return { editor, say };
}

// The smallest change that makes one text the other, so that cursor, marks and undo stay where they can.
function difference(before, after) {
  after = after.replace(/\r\n?/g, "\n");
  if (before === after) return null;
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
