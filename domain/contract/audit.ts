/** What is kept of one action of a person or a machine, as it stands in the chain, leaves by HTTP and is exported. */
export type AuditInput = {
  /** user name, key id, `console` for commands run against Redis itself, `system` */
  who: string;
  /** `noun.verb`: `user.created`, `session.refused`, `order.hold` */
  what: string;
  /** client address */
  where?: string;
  site?: string;
  /** id of what was acted on */
  subject?: string;
  why?: string;
  /** small JSON of the fields that the action touches; never a secret, never a personal field */
  before?: unknown;
  after?: unknown;
};

/**
 * One link: `hash` is SHA-256, in hex, of `previous`, a line feed, and the canonical JSON (names sorted, nothing left out) of everything but `hash`.
 * `n` counts from 1 without a gap; `at` is ms by the clock of Redis and never goes back.
 */
export type AuditEntry = AuditInput & {
  n: number;
  at: number;
  previous: string;
  hash: string;
};

/** `previous` of the first entry. */
export const AUDIT_ORIGIN = "0".repeat(64);
