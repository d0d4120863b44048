/**
 * Single sign-on by OpenID Connect: code flow with PKCE, `state` and `nonce`, one exact redirect address. What is under way is kept under the hash of a cookie and
 * may be finished once. No account is found by e-mail: issuer and subject are the person.
 */
import { hash, randomBytes } from "node:crypto";
import type { GrantedSites } from "../../domain/contract/people.ts";
import type { Role } from "../../domain/permissions.ts";
import { isProblem, problem } from "../problem.ts";
import { claimValues, displayName, mappedRole, type Claims } from "./oidc-claims.ts";
import type { OidcSettings } from "./oidc-config.ts";
import { createOidcProvider, newChallenge, type Challenge } from "./oidc-provider.ts";
import type { PeopleStore } from "./store.ts";

export const OIDC_MS = 10 * 60_000;
const PATH_MAX = 1024;
/** a subject becomes part of a name: what cannot be typed or seen has no place there */
const SUBJECT = /^[\u0021-\u007e]{1,255}$/;

export type SignedOn = {
  subject: string;
  issuer: string;
  shownName: string | undefined;
  role: Role;
  sites: GrantedSites;
};

type UnderWay = Challenge & { next: string };
export type Oidc = ReturnType<typeof createOidc>;

const ticketOf = (cookie: string): string => `oidc:${hash("sha256", cookie, "hex")}`;

/** One of our own paths, or the board: an address from outside must not send people elsewhere. */
export function safePath(next = "/board"): string {
  const here = "http://here.invalid";
  const isPath = next.startsWith("/") && next.length <= PATH_MAX && URL.canParse(next, here);
  const { origin, pathname, search, hash: fragment } = new URL(isPath ? next : "/board", here);
  const path = pathname + search + fragment;
  return origin !== here || path.startsWith("//") ? "/board" : path;
}

const withoutPlace = (detail: string) =>
  problem("CT_ERR_FORBIDDEN", detail, { members: { reason: "no-role" } });

/** @throws problem for whom there is no place here: nobody is let in by default */
function signedOn(claims: Claims, settings: OidcSettings): SignedOn {
  const subject = String(claims["sub"]);
  if (!SUBJECT.test(subject))
    throw problem("CT_ERR_FORBIDDEN", "The subject of the answer cannot be a name.");
  const role = mappedRole(claimValues(claims, settings.roleClaim), settings.roles);
  if (role === undefined) throw withoutPlace("None of the person's roles is one of this tower.");
  const { sitesClaim, issuer } = settings;
  const sites = sitesClaim === undefined ? "all" : claimValues(claims, sitesClaim);
  if (sites.length === 0) throw withoutPlace("The person has no site here.");
  return { subject, issuer, shownName: displayName(claims), role, sites };
}

export function createOidc(
  settings: OidcSettings,
  store: Pick<PeopleStore, "addTicket" | "takeTicket">,
) {
  const provider = createOidcProvider(settings);
  return {
    name: settings.name,

    /** Where to send the browser, and the value of the cookie that it must bring back. */
    async begin(next: string | undefined): Promise<{ url: string; cookie: string }> {
      const cookie = randomBytes(32).toString("base64url");
      const underWay: UnderWay = { ...newChallenge(), next: safePath(next) };
      const url = await provider.address(underWay);
      await store.addTicket(ticketOf(cookie), JSON.stringify(underWay), OIDC_MS);
      return { url, cookie };
    },

    /** `search` is the query that the browser came back with. @throws problem when anything about it is not right */
    async finish(search: string, cookie: string | undefined) {
      const text = cookie === undefined ? null : await store.takeTicket(ticketOf(cookie));
      if (text === null)
        throw problem("CT_ERR_FORBIDDEN", "This login was finished before, or took too long.");
      const { next, ...challenge } = JSON.parse(text) as UnderWay;
      const claims = await provider.claims(search, challenge).catch((cause: unknown) => {
        if (isProblem(cause)) throw cause;
        throw problem("CT_ERR_FORBIDDEN", "The provider said no, or its answer is not right.", {
          cause,
        });
      });
      return { person: signedOn(claims, settings), next };
    },
  };
}
