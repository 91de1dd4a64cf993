// A form is sent once. A second press while the first is on its way would use a one-time code up twice, and show what came of the second.
(() => {
  'use strict';

  const patience = 10_000; // The first may be stopped or lost.
  const sent = new WeakSet();
  document.addEventListener('submit', event => {
    if (event.defaultPrevented) return;
    if (sent.has(event.target)) event.preventDefault();
    else {
      sent.add(event.target);
      setTimeout(() => sent.delete(event.target), patience);
    }
  });
  // The browser may bring the same page back.
  addEventListener('pageshow', () => { for (const form of document.forms) sent.delete(form); });
})();
