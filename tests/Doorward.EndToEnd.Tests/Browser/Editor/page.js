// What the console does in Blazor, by fetch: the callbacks ask the real endpoint that editors are made for.
import { createCedarEditor } from "/cedar-editor.min.js";

const assist = async (cedar, offset) => {
  const answer = await fetch("/api/v1/policies/assist", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ cedar, offset }) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

window.changes = [];
window.saved = [];
window.editor = createCedarEditor(document.getElementById("editor"), {
  text: "", label: "Policy wiki",
  check: text => assist(text),
  complete: async (text, offset) => (await assist(text, offset)).proposals,
  format: async text => (await assist(text)).formatted ?? null,
  changed: text => window.changes.push(text),
  save: text => window.saved.push(text),
});
