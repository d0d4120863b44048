/** What this page was built as, from the names of the files it loaded; the server computes the same from the page it would serve now. */
import { buildIdOf } from "../../domain/walls/short-hash.ts";

const ASSET = /\/assets\/[\w.-]+/;

export function buildOfPage(page: Document = document): string {
  const links = [
    ...page.querySelectorAll("script[src], link[rel=stylesheet], link[rel=modulepreload]"),
  ];
  const names = links.flatMap((link) => {
    const address = link.getAttribute("src") ?? link.getAttribute("href") ?? "";
    return ASSET.exec(address)?.[0] ?? [];
  });
  return buildIdOf(names);
}
