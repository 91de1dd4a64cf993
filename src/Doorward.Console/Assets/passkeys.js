// Signing in by passkey: carries a challenge to the authenticator and its answer into a form.
// Every page works without it; a button that needs it stays hidden until it runs.
(() => {
  'use strict';

  const decode = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const encode = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  const ways = {
    get: options => navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: decode(options.challenge),
        allowCredentials: (options.allowCredentials ?? []).map(c => ({ ...c, id: decode(c.id) })),
      },
    }),
    create: options => navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: decode(options.challenge),
        user: { ...options.user, id: decode(options.user.id) },
        excludeCredentials: (options.excludeCredentials ?? []).map(c => ({ ...c, id: decode(c.id) })),
      },
    }),
  };

  function toJson(credential) {
    const { response } = credential;
    const json = {
      id: credential.id,
      rawId: encode(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
      clientExtensionResults: {},
      response: { clientDataJSON: encode(response.clientDataJSON) },
    };
    if (response.attestationObject) {
      json.response.attestationObject = encode(response.attestationObject);
      json.response.transports = response.getTransports?.() ?? [];
    } else {
      json.response.authenticatorData = encode(response.authenticatorData);
      json.response.signature = encode(response.signature);
      if (response.userHandle) json.response.userHandle = encode(response.userHandle);
    }
    return json;
  }

  // What people can do about it; the words for the code way stand in the page.
  function explain(error) {
    // Chromium's words; the name alone does not tell it from a cancelled prompt.
    if (/TLS|certificate/i.test(error.message))
      return 'This browser does not trust the certificate of this site, and so refuses passkeys here.';
    switch (error.name) {
      case 'NotAllowedError':
        return 'The browser did not use a passkey: it was cancelled, took too long, or this browser does not trust the certificate of this site.';
      case 'SecurityError':
        return 'The browser refuses passkeys on this site. Its certificate is not trusted here, or the address is not the usual one.';
      case 'InvalidStateError':
        return 'This device already holds a passkey for your account.';
      case 'NotSupportedError':
        return 'This device cannot make the kind of passkey that is needed.';
      default:
        return 'The passkey could not be used.';
    }
  }

  function say(form, text) {
    const place = form.querySelector('[data-passkey-says]');
    place.textContent = `${text} ${form.dataset.passkeyOtherwise ?? ''}`;
    place.hidden = false;
    place.focus();
  }

  async function run(form, button) {
    button.disabled = true;
    try {
      const reply = await fetch(form.dataset.passkeyOptions, { method: 'POST', body: new URLSearchParams(new FormData(form)), credentials: 'same-origin' });
      if (!reply.ok) throw new Error(`options: ${reply.status}`);
      const credential = await ways[form.dataset.passkey](await reply.json());
      form.elements.credential.value = JSON.stringify(toJson(credential));
      form.submit();
    } catch (error) {
      say(form, explain(error));
      button.disabled = false;
    }
  }

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      run(form, event.submitter ?? form.querySelector('button'));
    });
  }
  for (const part of document.querySelectorAll('[data-without-passkey]')) part.hidden = Boolean(window.PublicKeyCredential);
})();
