// What the console needs of the browser and cannot say in HTML: cookies of taste, native dialogs, Ctrl-K, visibility, coming back.
(() => {
  const keep = (name, value) => { document.cookie = `__Host-doorward-${name}=${value}; Path=/; Secure; SameSite=Lax; Max-Age=31536000`; };
  keep('zone', Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC');

  const fieldsOf = form => [...form.querySelectorAll('input[id], textarea[id], select[id]')].filter(field => !('secret' in field.dataset));
  const recall = key => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const keepFields = (form, key) => {
    // What is kept of fields that are not there yet, or are folded away, stays.
    const fields = { ...recall(key)?.fields };
    for (const field of fieldsOf(form)) fields[field.id] = field.type === 'checkbox' ? field.checked : field.value;
    try { sessionStorage.setItem(key, JSON.stringify({ base: form.dataset.base, fields })); } catch { /* More than the browser keeps: then it is not kept. */ }
  };
  // As if typed, and left: the page must hear of it, whichever of both it listens to.
  const tell = fields => {
    for (const field of fields) {
      if (field.type !== 'checkbox' && field.tagName !== 'SELECT') field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
  };
  // Each field once, and all before the page hears of one: what is told is kept, with what stands in the others.
  const fill = (form, kept, filled) => {
    const fresh = fieldsOf(form).filter(field => !filled.has(field));
    fresh.forEach(field => filled.add(field));
    const other = fresh.filter(field => (kept?.fields[field.id] ?? null) !== null && kept.fields[field.id] !== (field.type === 'checkbox' ? field.checked : field.value));
    for (const field of other) field[field.type === 'checkbox' ? 'checked' : 'value'] = kept.fields[field.id];
    tell(other);
  };

  // The browser lets go of the focus when what has it waits disabled, is made anew once it is saved, or goes with its row or dialog. It
  // comes back to the same control, or to the page; nowhere is no place for who works by keys.
  let held = null;
  const hold = () => {
    if (!held || document.activeElement !== document.body) return;
    const same = held.element.isConnected ? held.element : held.element.id ? document.getElementById(held.element.id)
      : [...document.querySelectorAll(held.element.tagName)].find(other => other.ariaLabel === held.element.ariaLabel && other.textContent === held.words);
    if (same?.disabled) return;
    (same ?? document.getElementById('main'))?.focus({ preventScroll: true });
  };
  document.addEventListener('focusin', event => { held = { element: event.target, words: event.target.textContent }; });
  document.addEventListener('pointerdown', event => { if (!event.target.closest('button, a, input, select, textarea, label, summary, [tabindex]')) held = null; });
  new MutationObserver(hold).observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });

  window.doorward = {
    // system, light or dark
    theme: choice => {
      if (choice === 'system') delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = choice;
      keep('theme', choice);
    },
    chosenTheme: () => document.documentElement.dataset.theme ?? null,
    show: dialog => {
      if (!dialog || dialog.open) return;
      const before = held;
      dialog.addEventListener('close', () => { held = before; hold(); }, { once: true });
      dialog.showModal();
    },
    // A second press that is answered late must not take what was typed after the first.
    find: dialog => {
      if (!dialog || dialog.open) return;
      const field = dialog.querySelector('input');
      field.value = '';
      tell([field]);
      window.doorward.show(dialog);
    },
    close: dialog => dialog?.close(),
    isOpen: dialog => dialog?.open ?? false,
    title: text => { document.title = text; },
    visible: () => document.visibilityState === 'visible',
    // Presses a button when it scrolls into view; gone with the button.
    pressWhenSeen: button => new IntersectionObserver(seen => { if (seen.some(s => s.isIntersecting)) button.click(); }, { rootMargin: '400px' }).observe(button),
    // A half-filled form stays in the tab until it is saved or given up, circuit or not. Returns what it was based on when it comes back.
    keepForm: (form, key) => {
      const kept = recall(key);
      const filled = new WeakSet();
      fill(form, kept, filled);
      // One field may bring others.
      new MutationObserver(() => fill(form, recall(key), filled)).observe(form, { childList: true, subtree: true });
      form.addEventListener('input', () => keepFields(form, key));
      form.dataset.kept = key;
      return window.doorward.keptForm(key);
    },
    // What a half-filled form that is kept was based on; null when none is.
    keptForm: key => { const kept = recall(key); return kept ? kept.base ?? '' : null; },
    // Who signs in here next must not meet what somebody else had half typed.
    keepFor: person => {
      for (const key of Object.keys(sessionStorage))
        if (/^(form|draft|cedar-draft):/.test(key) && key.slice(key.indexOf(':') + 1, key.indexOf('/')) !== person) sessionStorage.removeItem(key);
    },
    focus: id => document.getElementById(id)?.focus(),
    // The field that is wrong has been gone to already, and says why.
    reveal: element => { if (document.activeElement?.ariaInvalid !== 'true') element?.scrollIntoView({ block: 'nearest' }); },
  };

  document.addEventListener('keydown', event => {
    const menu = event.key === 'Escape' && !document.querySelector('dialog[open]') && document.querySelector('.menu-button[aria-expanded="true"]');
    if (menu) {
      menu.click();
      menu.focus();
    }
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      document.getElementById('palette-open')?.click();
    }
  });
  // A form that the circuit does not hear of, because it is away, is the browser's to send: that would take the page and all that is typed.
  document.addEventListener('submit', event => { if (!event.target.hasAttribute('action')) event.preventDefault(); });
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
  let asking = false, away = false, leaving = false;
  const isOver = async () => {
    const answer = await fetch('/api/v1/me', { headers: { accept: 'application/json' }, cache: 'no-store' });
    return answer.status === 401 || answer.status === 403;
  };
  // A confirmation replaces the cookie: until the other window has brought the next one, that looks like a session that is over.
  const leave = async () => {
    if (leaving) return;
    leaving = true;
    try {
      if (!(await isOver())) return;
      await new Promise(done => setTimeout(done, 3000));
      if (away && await isOver()) location.reload();
    } catch {
      // Still away.
    } finally {
      leaving = false;
    }
  };
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
    away = state !== 'hide';
    if (state === 'hide') document.querySelectorAll('form[data-kept]').forEach(form => tell(fieldsOf(form))); // What was typed meanwhile never came there.
    if (state === 'rejected') location.reload();
    if (state === 'retrying' && event.detail.currentAttempt % 3 === 2) leave();
    if (state === 'failed') setInterval(() => { if (document.visibilityState === 'visible') ask(); }, 5000);
  });
})();
