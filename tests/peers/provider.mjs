// An OpenID provider (npm oidc-provider) that people of the installation under test sign in with. Whoever comes is signed
// in at once as the account that was given. Argument: the redirect address of its one client. Writes its issuer.
import Provider from 'oidc-provider';
import { createServer } from 'node:http';

const redirectUri = process.argv[2];
const account = { sub: 'sub-1', preferred_username: 'dana', name: 'Dana Scully', email: 'dana@corp.example', email_verified: true, groups: ['staff', 'unknown'] };
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'doorward', client_secret: 'a secret of the client', redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'], acr: null, amr: null, auth_time: null },
    scopes: ['openid', 'profile', 'email', 'groups'],
    acrValues: ['urn:corp:mfa'],
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    cookies: { keys: ['a key of the test'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => account }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async ctx => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => request.url.startsWith('/interaction/')
    ? provider.interactionFinished(request, response, { login: { accountId: account.sub, acr: 'urn:corp:mfa', amr: ['pwd', 'otp'] } })
    : answer(request, response));
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
