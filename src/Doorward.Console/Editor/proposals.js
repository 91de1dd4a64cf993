// What may stand at the cursor, as the server says from the schema.
import { autocompletion } from "@codemirror/autocomplete";

const types = {
  keyword: "keyword", operator: "keyword", variable: "variable", attribute: "property", entityType: "type", entity: "constant", action: "constant", function: "function", method: "method",
};

export const completing = (complete, say) => autocompletion({ override: [context => propose(context, complete, say)], closeOnBlur: true });

async function propose(context, complete, say) {
  if (!context.explicit && !context.matchBefore(/[\p{L}_.:"@]$/u)) return null;
  const text = context.state.doc.toString();
  try {
    const proposals = await complete(text, context.pos);
    say("complete", "");
    // Whoever went on to another field meanwhile is asked nothing any more.
    if (context.aborted || !proposals?.items?.length || context.view?.hasFocus === false) return null;
    return {
      from: proposals.start,
      to: Math.max(context.pos, proposals.start + proposals.length),
      options: proposals.items.map(item => ({ label: item.text, type: types[item.kind] ?? "text", detail: item.detail ?? undefined })),
      validFor: /^[\p{L}\p{N}_]*$/u,
    };
  } catch {
    if (context.explicit) say("complete", "There are no proposals just now: the server did not answer.");
    return null;
  }
}
