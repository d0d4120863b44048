/** Two providers on loopback: a real one (`oidc-provider`), and one that gives whatever bad answer a test asks for. */
import { createHash, createHmac, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

export const CLIENT_ID = "control-tower";
export const CLIENT_SECRET = "a secret of the tests";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(listener: Listener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { issuer, stop };
}

export type People = Record<string, Record<string, unknown>>;

/** Logs everybody in as whom `who()` says, without asking: the tests are about the tower, not about the provider's pages. */
export async function startRealProvider(redirectUri: string, people: People, who: () => string) {
  const running: { provider?: Provider } = {};
  const { issuer, stop } = await listen((request, response) => {
    void running.provider?.callback()(request, response);
  });
  const own = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri] }],
    claims: { openid: ["sub"], profile: ["name"], roles: ["roles", "sites"] },
    scopes: ["openid", "profile", "roles"],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["a key of the tests"] },
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...people[id] }),
    }),
  });
  running.provider = own;
  own.use(async (context, next) => {
    if (!context.path.startsWith("/interaction/")) return next();
    const { prompt, params } = await own.interactionDetails(context.req, context.res);
    const grant = new own.Grant({ accountId: who(), clientId: CLIENT_ID });
    grant.addOIDCScope(String(params["scope"]));
    const result =
      prompt.name === "login"
        ? { login: { accountId: who() } }
        : { consent: { grantId: await grant.save() } };
    await own.interactionFinished(context.req, context.res, result);
  });
  return { issuer, stop };
}

type Claims = Record<string, unknown>;
/** How one answer is bad; everything else about it is right. */
export type Badness = {
  alg?: "none" | "None" | "HS256" | "RS256";
  /** signs with a key that the provider does not publish */
  swapKey?: boolean;
  claims?: (claims: Claims) => Claims;
  /** what becomes of the token after it was signed */
  touch?: (token: string) => string;
  /** leaves the ID token out of the answer */
  withoutIdToken?: boolean;
  /** instead of a token */
  status?: number;
};

const encoded = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString("base64url");

function signed(claims: Claims, key: KeyObject, { alg = "RS256" }: Badness): string {
  const body = `${encoded({ alg, typ: "JWT", kid: "one" })}.${encoded(claims)}`;
  if (alg === "none" || alg === "None") return `${body}.`;
  const signature =
    alg === "HS256"
      ? createHmac("sha256", CLIENT_SECRET).update(body).digest()
      : sign("sha256", Buffer.from(body), key);
  return `${body}.${signature.toString("base64url")}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

export async function startHostileProvider() {
  const honest = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  let badness: Badness = {};
  /** what the tower sent at the beginning of the login that comes next */
  let asked = new URLSearchParams();
  const jwk = {
    ...honest.publicKey.export({ format: "jwk" }),
    kid: "one",
    use: "sig",
    alg: "RS256",
  };
  let issuer = "";

  const claimsNow = (): Claims => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: CLIENT_ID,
      sub: "mallory",
      iat: now,
      exp: now + 300,
      nonce: asked.get("nonce"),
      roles: ["tower-admins"],
      name: "Mallory",
    };
    return badness.claims?.(claims) ?? claims;
  };

  const isProven = (verifier: string | null): boolean =>
    createHash("sha256")
      .update(verifier ?? "")
      .digest("base64url") === asked.get("code_challenge");

  async function token(request: IncomingMessage): Promise<[number, unknown]> {
    const body = new URLSearchParams(await textOf(request));
    if (badness.status !== undefined) return [badness.status, { error: "server_error" }];
    const isRight = body.get("redirect_uri") === asked.get("redirect_uri");
    if (!isRight || !isProven(body.get("code_verifier"))) return [400, { error: "invalid_grant" }];
    const key = badness.swapKey ? other.privateKey : honest.privateKey;
    const token = signed(claimsNow(), key, badness);
    const id_token = badness.touch?.(token) ?? token;
    const answer = { access_token: "opaque", token_type: "Bearer", expires_in: 300 };
    return [200, badness.withoutIdToken ? answer : { ...answer, id_token }];
  }

  async function answer(request: IncomingMessage): Promise<[number, unknown]> {
    const path = request.url?.split("?")[0];
    if (path === "/.well-known/openid-configuration")
      return [
        200,
        {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
        },
      ];
    if (path === "/jwks") return [200, { keys: [jwk] }];
    if (path === "/token") return token(request);
    return [404, {}];
  }

  const { issuer: address, stop } = await listen((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  issuer = address;
  return {
    issuer,
    stop,
    /** remembers what the tower asked for, and how the answer shall be bad */
    expect: (url: string, how: Badness) => {
      asked = new URL(url).searchParams;
      badness = how;
    },
  };
}
