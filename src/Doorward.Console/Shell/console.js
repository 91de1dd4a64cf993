// What the console needs of the browser and cannot say in HTML: cookies of taste, native dialogs, Ctrl-K, visibility, coming back.
(() => {
  const keep = (name, value) => { document.cookie = `__Host-doorward-${name}=${value}; Path=/; Secure; SameSite=Lax; Max-Age=31536000`; };
  keep('zone', Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC');

  const fieldsOf = form => [...form.querySelectorAll('input[id], textarea[id], select[id]')].filter(field => !('secret' in field.dataset));
  const recall = key => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const keepFields = (form, key) => {
    const fields = Object.fromEntries(fieldsOf(form).map(field => [field.id, field.type === 'checkbox' ? field.checked : field.value]));
    try { sessionStorage.setItem(key, JSON.stringify({ base: form.dataset.base, fields })); } catch { /* More than the browser keeps: then it is not kept. */ }
  };
  // As if typed: the page must hear of it.
  const fill = (form, fields) => {
    for (const field of fieldsOf(form)) {
      const value = fields[field.id];
      if (value === undefined || value === (field.type === 'checkbox' ? field.checked : field.value)) continue;
      if (field.type === 'checkbox') field.checked = value; else field.value = value;
      field.dispatchEvent(new Event(field.type === 'checkbox' || field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
    }
  };
  // What was typed while the circuit was away never came there.
  const tell = form => { for (const field of fieldsOf(form)) field.dispatchEvent(new Event(field.type === 'checkbox' || field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true })); };

  window.doorward = {
    // system, light or dark
    theme: choice => {
      if (choice === 'system') delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = choice;
      keep('theme', choice);
    },
    chosenTheme: () => document.documentElement.dataset.theme ?? null,
    show: dialog => { if (dialog && !dialog.open) dialog.showModal(); },
    close: dialog => dialog?.close(),
    visible: () => document.visibilityState === 'visible',
    // Presses a button when it scrolls into view; gone with the button.
    pressWhenSeen: button => new IntersectionObserver(seen => { if (seen.some(s => s.isIntersecting)) button.click(); }, { rootMargin: '400px' }).observe(button),
    // A half-filled form stays in the tab until it is saved or given up, circuit or not. Returns what it was based on when it comes back.
    keepForm: (form, key) => {
      const kept = recall(key);
      if (kept) fill(form, kept.fields);
      form.addEventListener('input', () => keepFields(form, key));
      form.dataset.kept = key;
      return kept ? kept.base ?? '' : null;
    },
    reveal: element => element?.scrollIntoView({ block: 'nearest' }),
  };

  document.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      document.getElementById('palette-open')?.click();
    }
  });
  // Copies the text of the element that a button names, and says so in the status beside it.
  document.addEventListener('click', event => {
    const button = event.target.closest?.('[data-copy]');
    if (!button) return;
    const status = button.parentElement.querySelector('[role=status]');
    navigator.clipboard?.writeText(document.getElementById(button.dataset.copy).textContent).then(() => { if (status) status.textContent = button.dataset.done; });
  });
  // A link for a small window of its own. Where the browser opens none, it is the plain link that it is: another tab.
  document.addEventListener('click', event => {
    const link = event.target.closest?.('a[data-window]');
    if (link && window.open(link.href, link.target, 'popup,width=480,height=720')) event.preventDefault();
  });
  // Popovers of links close when one is followed.
  document.addEventListener('click', event => {
    const popover = event.target.closest?.('[popover] a')?.closest('[popover]');
    if (popover) popover.hidePopover();
  });

  // A circuit that is gone (the control plane was restarted) cannot be resumed: the page is asked for again, and what was half typed
  // stands in the session storage. A session that is over must not be retried for ever either: asking again leads to sign-in.
  const notice = document.getElementById('components-reconnect-modal');
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const answer = await fetch('/api/v1/me', { headers: { accept: 'application/json' }, cache: 'no-store' });
      if (answer.status === 401 || answer.status === 403) location.reload();
      else if (answer.ok && !(await Blazor.reconnect())) location.reload();
    } catch {
      // Still away.
    } finally {
      asking = false;
    }
  };
  notice?.addEventListener('components-reconnect-state-changed', event => {
    const state = event.detail.state;
    if (state === 'hide') document.querySelectorAll('form[data-kept]').forEach(tell);
    if (state === 'rejected') location.reload();
    if (state === 'retrying' && event.detail.currentAttempt % 3 === 2) fetch('/api/v1/me', { headers: { accept: 'application/json' }, cache: 'no-store' })
      .then(answer => { if (answer.status === 401 || answer.status === 403) location.reload(); }, () => {});
    if (state === 'failed') setInterval(() => { if (document.visibilityState === 'visible') ask(); }, 5000);
  });
})();
