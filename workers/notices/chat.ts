/** A message into a room of Slack or Teams. */
import { slackBody, teamsBody, type Message } from "../../domain/incidents/message.ts";
import type { Post } from "../outbox/post.ts";
import type { Sent } from "./mail.ts";

const BODIES = { slack: slackBody, teams: teamsBody } as const;
export type ChatKind = keyof typeof BODIES;

export async function postToRoom(
  post: Post,
  kind: ChatKind,
  url: string,
  message: Message,
): Promise<Sent> {
  const headers = { "content-type": "application/json" };
  const { status, error } = await post(url, headers, BODIES[kind](message));
  if (status === null) return { ok: false, final: false, words: error ?? "no answer" };
  if (status >= 200 && status < 300) return { ok: true };
  const final = status >= 400 && status < 500 && status !== 429;
  return { ok: false, final, words: `the room answered ${status}` };
}
