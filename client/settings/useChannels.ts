/** The rooms and mailboxes that ladders tell: read, made, tried. Every call throws `ProblemError` when refused. */
import type { ChannelCreate, ChannelList, ChannelView } from "../../domain/contract/channels.ts";
import { http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const PATH = "/api/v1/channels";
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

export const KIND_WORDS: Readonly<Record<ChannelCreate["kind"], string>> = {
  slack: "Slack: incoming webhook",
  teams: "Teams: workflow webhook",
  email: "A team's mailbox",
};

export const createChannel = (wish: ChannelCreate): Promise<ChannelView> =>
  http("POST", PATH, { body: wish });
export const tryChannel = (id: string): Promise<unknown> => http("POST", `${pathOf(id)}/test`);
export const deleteChannel = (id: string): Promise<void> => http("DELETE", pathOf(id));

export const useChannels = () => useReading(() => http<ChannelList>("GET", PATH));
