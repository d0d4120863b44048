/** Links that act, signed with the installation's secret. The server lets each act once. */
import { createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  LINK_KEY,
  LINK_MS,
  LINK_PATH,
  linkText,
  type LinkAction,
} from "../../domain/contract/links.ts";
import type { Link } from "../../domain/incidents/message.ts";
import type { Notice } from "../../domain/incidents/notice.ts";

const LABELS: Readonly<Record<LinkAction, string>> = {
  acknowledge: "Acknowledge",
  assign: "It is mine",
  shelve: "Shelve for an hour",
};

export type Links = {
  /** opens the incident */
  open: (notice: Notice) => Link;
  inbox: (site: string) => Link;
  /** those of one person, the first opens it */
  of: (notice: Notice, person: string) => Link[];
};

/** `origin`: where people reach the tower. The file is read with the first link: a server makes it at its first start. */
export function createLinks(origin: string, secretFile: string): Links {
  let key: Buffer | undefined;
  function sign(payload: string): string {
    const { salt, purpose, bytes } = LINK_KEY;
    key ??= Buffer.from(hkdfSync("sha256", readFileSync(secretFile), salt, purpose, bytes));
    return createHmac("sha256", key).update(payload).digest("base64url");
  }
  const open = ({ site, incident }: Notice): Link => ({
    label: "Open",
    url: `${origin}/inbox?${new URLSearchParams({ site, incident })}`,
  });
  function acting(notice: Notice, person: string, action: LinkAction): Link {
    const { site, incident, id, at } = notice;
    const claims = { site, incident, person, action, notice: id, until: at + LINK_MS };
    const payload = Buffer.from(linkText(claims)).toString("base64url");
    return { label: LABELS[action], url: `${origin}${LINK_PATH}${payload}.${sign(payload)}` };
  }
  return {
    open,
    inbox: (site) => ({
      label: `Inbox of ${site}`,
      url: `${origin}/inbox?${new URLSearchParams({ site })}`,
    }),
    of: (notice, person) => [
      open(notice),
      acting(notice, person, "acknowledge"),
      acting(notice, person, "assign"),
      acting(notice, person, "shelve"),
    ],
  };
}
