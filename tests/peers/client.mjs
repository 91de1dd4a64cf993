// An OpenID Connect client (npm openid-client) that signs in at the installation under test.
// Arguments: issuer, port to dial instead, client id, redirect address, extra authorization parameters as JSON.
// Writes the address to open; reads the address the browser came back to; writes what it learnt.
import * as oidc from 'openid-client';
import { Agent, buildConnector, fetch } from 'undici';
import { createInterface } from 'node:readline';

const [issuer, port, clientId, redirectUri, extra] = process.argv.slice(2);
const connect = buildConnector({ ca: process.env.CA_PEM });
const dispatcher = new Agent({
  connect: (options, done) => connect({ ...options, hostname: '127.0.0.1', port, servername: options.hostname }, done),
});
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = message => process.stdout.write(`${JSON.stringify(message)}\n`);
const ask = async message => { say(message); return (await lines.next()).value; };
const refused = async promise => { try { await promise; return null; } catch (e) { return e.error ?? e.code ?? e.message; } };

const config = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
  [oidc.customFetch]: (url, options) => fetch(url, { ...options, dispatcher }),
});
const verifier = oidc.randomPKCECodeVerifier();
const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
const address = oidc.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri, scope: 'openid profile email groups offline_access', state, nonce,
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...JSON.parse(extra ?? '{}'),
});

const back = new URL(await ask({ open: address.href }));
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const tokens = await oidc.authorizationCodeGrant(config, back, checks);
const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
const second = await oidc.refreshTokenGrant(config, tokens.refresh_token);
const step = await ask({ claims: tokens.claims(), user, rotated: second.refresh_token !== tokens.refresh_token });

if (step === 'reuse-refresh') {
  const reuse = await refused(oidc.refreshTokenGrant(config, tokens.refresh_token));
  const family = await refused(oidc.refreshTokenGrant(config, second.refresh_token));
  say({ reuse, family });
} else if (step === 'reuse-code') {
  const reuse = await refused(oidc.authorizationCodeGrant(config, back, checks));
  const family = await refused(oidc.refreshTokenGrant(config, second.refresh_token));
  say({ reuse, family });
} else if (step === 'refresh') {
  say({ claims: (await oidc.refreshTokenGrant(config, second.refresh_token)).claims() });
} else {
  const refresh = await refused(oidc.refreshTokenGrant(config, second.refresh_token));
  const userInfo = await refused(oidc.fetchUserInfo(config, second.access_token, tokens.claims().sub));
  say({ refresh, userInfo });
}
process.exit(0);
