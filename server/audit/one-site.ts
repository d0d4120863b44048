/** Which site an entry about a person or a key concerns. */

/** The site, when it is the only one of them all before and after the change: then it is in the entry, and whoever audits that site alone sees it. */
export function oneSite(
  ...grants: (readonly string[] | "all" | undefined)[]
): { site: string } | Record<string, never> {
  const sites = new Set(grants.flatMap((grant) => grant ?? []));
  const [site] = sites;
  return sites.size === 1 && site !== undefined && site !== "all" ? { site } : {};
}
