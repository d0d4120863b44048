/** The one file that knows openid-client: what is sent to the provider, and what of its answers is believed. */
import * as client from "openid-client";
import { problem } from "../problem.ts";
import { claimValues, type Claims } from "./oidc-claims.ts";
import type { OidcSettings } from "./oidc-config.ts";

const PROVIDER_TIMEOUT_S = 5;
const CLOCK_TOLERANCE_S = 30;

/** What must be the same when the browser comes back. */
export type Challenge = { state: string; nonce: string; verifier: string };

export type OidcProvider = ReturnType<typeof createOidcProvider>;

export const newChallenge = (): Challenge => ({
  state: client.randomState(),
  nonce: client.randomNonce(),
  verifier: client.randomPKCECodeVerifier(),
});

async function discover(settings: OidcSettings): Promise<client.Configuration> {
  const issuer = new URL(settings.issuer);
  const { clientId, clientSecret } = settings;
  const proof = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  // without it the signature of an ID token is not looked at when it comes from the provider directly
  const execute = [client.enableNonRepudiationChecks];
  // config.ts lets plain http pass for a provider on this machine only
  if (issuer.protocol === "http:") execute.push(client.allowInsecureRequests);
  const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE_S };
  const options = { execute, timeout: PROVIDER_TIMEOUT_S };
  return client.discovery(issuer, clientId, metadata, proof, options);
}

async function addressOf(
  config: client.Configuration,
  { redirectUri, scope }: OidcSettings,
  { state, nonce, verifier }: Challenge,
): Promise<string> {
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    response_type: "code",
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  return url.href;
}

export function createOidcProvider(settings: OidcSettings) {
  let found: Promise<client.Configuration> | undefined;

  /** Asked when first needed: the tower starts without its provider. */
  async function configuration(): Promise<client.Configuration> {
    found ??= discover(settings);
    return found.catch((cause: unknown) => {
      found = undefined;
      throw problem("CT_ERR_UNAVAILABLE", `${settings.name} does not answer. Try again.`, {
        cause,
      });
    });
  }

  return {
    address: async (challenge: Challenge) => addressOf(await configuration(), settings, challenge),

    /** Exchanges the code and checks the ID token: signature, issuer, audience, times, nonce. Some providers say roles only when asked for them once more. */
    async claims(search: string, { state, nonce, verifier }: Challenge): Promise<Claims> {
      const config = await configuration();
      const url = new URL(settings.redirectUri);
      url.search = search;
      const tokens = await client.authorizationCodeGrant(config, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error("the answer holds no ID token");
      const isThere = claimValues(claims, settings.roleClaim).length > 0;
      if (isThere || config.serverMetadata().userinfo_endpoint === undefined) return claims;
      const more = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      return { ...more, ...claims };
    },
  };
}
