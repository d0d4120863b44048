/** Links in messages that act once: read and checked here, signed by whoever sends them (`domain/contract/links.ts`). */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { LINK_KEY, LinkClaims, linkClaims, linkText } from "../../domain/contract/links.ts";
import { compileStrict } from "../plugins/validation.ts";

const isClaims = compileStrict<LinkClaims>(LinkClaims);
/** longer than any that was ever signed */
const LONGEST = 2_048;

export type OpenedLink = { claims: LinkClaims; signature: string };
export type LinkBook = {
  /** null for what was not signed here */
  open(token: string): OpenedLink | null;
  sign(claims: LinkClaims): string;
};

export function createLinkBook(secret: Buffer): LinkBook {
  const { salt, purpose, bytes } = LINK_KEY;
  const key = Buffer.from(hkdfSync("sha256", secret, salt, purpose, bytes));
  const signatureOf = (payload: string): Buffer =>
    createHmac("sha256", key).update(payload).digest();
  return {
    open(token) {
      if (token.length > LONGEST) return null;
      const [payload = "", signature = "", ...rest] = token.split(".");
      const given = Buffer.from(signature, "base64url");
      const right = signatureOf(payload);
      if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right))
        return null;
      const claims = linkClaims(Buffer.from(payload, "base64url").toString());
      // one text for a signature: base64url has several ways to write its last bits
      return isClaims(claims) ? { claims, signature: right.toString("base64url") } : null;
    },
    sign(claims) {
      const payload = Buffer.from(linkText(claims)).toString("base64url");
      return `${payload}.${signatureOf(payload).toString("base64url")}`;
    },
  };
}
