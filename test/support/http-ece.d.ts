/** What the tests use of `http_ece`, the reference implementation of RFC 8188 and 8291; it brings no types. */
declare module "http_ece" {
  import type { ECDH } from "node:crypto";
  type Params = { version: "aes128gcm"; privateKey: ECDH; authSecret: string };
  const ece: { decrypt(body: Buffer, params: Params): Buffer };
  export = ece;
}
