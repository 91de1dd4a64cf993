// CPU time of a request by the pre-parsed API, for each workload file named: once with all entities, which that API takes with every
// call, and once with no more than the request concerns, found beforehand. Prints a JSON object a line.
import { readFileSync } from 'node:fs';
import cedar from '@cedar-policy/cedar-wasm/nodejs';

const key = uid => JSON.stringify([uid.type, uid.id]);

// Everything that can be reached from the request by parents and attributes.
function concerned(byKey, request) {
  const found = new Map();
  const pending = [request.principal, request.action, request.resource];
  while (pending.length > 0) {
    const uid = pending.pop();
    const entity = byKey.get(key(uid));
    if (entity === undefined || found.has(key(uid))) continue;
    found.set(key(uid), entity);
    pending.push(...entity.parents);
    JSON.stringify(entity.attrs, (name, value) => {
      if (name === '__entity') pending.push(value);
      return value;
    });
  }
  return [...found.values()];
}

function time(calls, name) {
  for (const call of calls.slice(0, 20)) cedar.statefulIsAuthorized(call);
  let done = 0;
  const begun = process.cpuUsage();
  for (let spent = 0; spent < 2_000_000 || done === 0; ) {
    const answer = cedar.statefulIsAuthorized(calls[done++ % calls.length]);
    if (answer.type === 'failure') throw new Error(`${name}: ${answer.errors[0].message}`);
    const used = process.cpuUsage(begun);
    spent = used.user + used.system;
  }
  const used = process.cpuUsage(begun);
  return (used.user + used.system) * 1000 / done;
}

for (const file of process.argv.slice(2)) {
  const { name, policies, entities, requests } = JSON.parse(readFileSync(file, 'utf8'));
  const parsed = cedar.preparsePolicySet(name, { staticPolicies: policies });
  if (parsed.type === 'failure') throw new Error(`${name}: ${parsed.errors[0].message}`);
  const byKey = new Map(entities.map(entity => [key(entity.uid), entity]));
  const call = (request, some) => ({ ...request, preparsedPolicySetId: name, entities: some });
  const few = time(requests.map(request => call(request, concerned(byKey, request))), name);
  const all = time(requests.map(request => call(request, entities)), name);
  console.log(JSON.stringify({ name, few, all }));
}
