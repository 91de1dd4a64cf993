// Asks the agent of this machine to sign for the session, and goes on whatever it says: signed in is who is signed in. It waits a
// second, longer only while the browser asks its person for permission. The page works without it.
(() => {
  'use strict';

  const { ports, path, stays } = document.currentScript.dataset;
  const onward = document.getElementById('onward');
  const says = document.getElementById('says');
  const patience = 1000;
  const patienceOfPeople = 30000;

  const words = {
    denied: 'This browser may not speak with programs on this machine, so the agent was not asked. Allow it in the settings of this site (the sign beside the address), then try again.',
    silent: 'No agent of this installation answered on this machine. See with doorward-agent status whether it runs; a machine that is not enrolled has none.',
    bound: 'Your device signed for this session.',
  };

  // The name has changed and differs between browsers; those that have none ask nobody.
  async function permission() {
    for (const name of ['loopback-network', 'local-network-access']) {
      try {
        return (await navigator.permissions.query({ name })).state;
      } catch {
        // Not this name.
      }
    }
    return 'granted';
  }

  async function ask(port, challenge, signal) {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(challenge),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
      signal,
    });
    if (reply.status === 204) return words.bound;
    const problem = await reply.json();
    return `${problem.detail} ${problem.fix}`;
  }

  // The first agent that answers: those of other installations answer this page nothing.
  async function run() {
    const state = await permission();
    if (state === 'denied') return words.denied;
    const begun = await fetch('/device/challenge', { credentials: 'same-origin' });
    if (!begun.ok) return 'Your session ended meanwhile. Sign in again.';
    const { session, challenge } = await begun.json();
    const signal = AbortSignal.timeout(state === 'prompt' ? patienceOfPeople : patience);
    if (state === 'prompt') setTimeout(() => { document.getElementById('prompt').hidden = false; }, patience);
    try {
      return await Promise.any(ports.split(' ').map(port => ask(port, { session, challenge }, signal)));
    } catch {
      return await permission() === 'denied' ? words.denied : words.silent;
    }
  }

  run().catch(() => words.silent).then(outcome => {
    if (!stays || outcome === words.bound) {
      location.replace(onward.href);
      return;
    }
    says.textContent = outcome;
    document.getElementById('prompt').hidden = true;
    document.getElementById('again').hidden = false;
  });
})();
