/**
 * An OpenID Connect provider at which everybody may sign in under any name. For tests, on this machine only.
 *
 * Environment: SITE (the site's origin), CLIENT_SECRET. Prints its issuer in one line; ends when standard input ends.
 */
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { SITE, CLIENT_SECRET } = process.env;

const configuration = {
  clients: [
    {
      client_id: "site",
      client_secret: CLIENT_SECRET,
      redirect_uris: [`${SITE}/auth/callback`],
      post_logout_redirect_uris: [`${SITE}/auth/signed-out`],
    },
  ],
  claims: { openid: ["sub"], profile: ["name"] },
  cookies: { keys: ["a key of the tests"] },
  features: {
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = `<!doctype html><title>Sign out?</title>${form}
          <button type="submit" form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`;
      },
    },
  },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id[0].toUpperCase()}${id.slice(1)} Example` }),
  }),
  pkce: { required: () => true },
};

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://localhost:${server.address().port}`;
  server.on("request", new Provider(issuer, configuration).callback());
  process.stdout.write(`${issuer}\n`);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
