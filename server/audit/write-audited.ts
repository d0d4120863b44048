/** Making, changing and ending a thing of a site: one step with the audit entry that tells of it. */
import type { Principal } from "../../domain/permissions.ts";
import type { Audit } from "../audit.ts";

export type Asker = { principal: Principal; where: string };
type Kept = { id: string; site: string };

/** `key`: the hash it stands in, under its id. `view`: what may be told of it. Nothing is written when there is neither. */
export async function writeAudited<T extends Kept>(
  audit: Pick<Audit, "change">,
  { principal, where }: Asker,
  what: string,
  {
    key,
    before,
    after,
    view,
  }: {
    key: string;
    before: T | null;
    after: T | null;
    view: (one: T) => object;
  },
): Promise<void> {
  const one = after ?? before;
  if (one === null) return;
  const entry = {
    who: principal.name,
    what,
    where,
    site: one.site,
    subject: one.id,
    ...(before !== null && { before: view(before) }),
    ...(after !== null && { after: view(after) }),
  };
  const was = before === null ? null : JSON.stringify(before);
  const value = after === null ? null : JSON.stringify(after);
  await audit.change(entry, [{ key, field: one.id, value, was }]);
}
