// What the server says of the text, put where it says. Its starts and lengths count UTF-16 units of the text that it was sent, in which
// every line ends with one line feed, as in the editor's own positions.
import { linter } from "@codemirror/lint";

export function diagnostics(answer, length) {
  return [
    ...(answer?.errors ?? []).map(note => toDiagnostic(note, "error", length)),
    ...(answer?.warnings ?? []).map(note => toDiagnostic(note, "warning", length)),
  ].sort((one, other) => one.from - other.from);
}

export const checking = (check, delay, say) => linter(async view => {
  const text = view.state.doc.toString();
  try {
    const found = text.trim() === "" ? [] : diagnostics(await check(text), text.length);
    say("check", "");
    return found;
  } catch {
    say("check", "The text could not be checked just now. It is kept; the next change asks again.");
    return [];
  }
}, { delay });

function toDiagnostic(note, severity, length) {
  // What is missing at the end has no width: it is shown at the last character there is.
  const from = clamp(note.start, 0, Math.max(0, length - 1));
  const to = clamp(note.start + Math.max(1, note.length), from, length);
  return {
    from, to, severity, message: note.message,
    renderMessage() {
      const said = document.createElement("span");
      said.textContent = note.message;
      for (const more of [note.expected ? `Expected: ${note.expected}.` : "", note.hint]) {
        if (!more) continue;
        const line = document.createElement("div");
        line.className = "hint";
        line.textContent = more;
        said.append(line);
      }
      return said;
    },
  };
}

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
