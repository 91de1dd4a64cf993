// Answers cases, one JSON object a line, as the reference implementation does.
import { createInterface } from 'node:readline';
import cedar from '@cedar-policy/cedar-wasm/nodejs';

for await (const line of createInterface({ input: process.stdin })) {
  const test = JSON.parse(line);
  const parsed = cedar.preparsePolicySet('set', test.policies);
  const answers = parsed.type === 'failure'
    ? { failure: parsed.errors.map(error => error.message) }
    : test.requests.map(request => {
      const answer = cedar.statefulIsAuthorized({ ...request, preparsedPolicySetId: 'set', entities: test.entities });
      return answer.type === 'failure'
        ? { failure: answer.errors.map(error => error.message) }
        : {
          decision: answer.response.decision,
          reason: answer.response.diagnostics.reason,
          errors: answer.response.diagnostics.errors.map(error => error.policyId),
        };
    });
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
