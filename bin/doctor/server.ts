/** Looks at the running server from outside: whether it is ours that holds the port, and whether its clock is right. */
import { unreadyParts } from "../readiness.ts";
import { type Finding, say } from "./finding.ts";

const CLOCK_MS = 3_000;
const { problem, unseen } = say("network");

type Parts = { history?: { copying?: string; error?: string } };
type Ready = { parts?: Parts };

/** The tower goes on without its history, so it is ready all the same. */
function historyFinding({ parts }: Ready): Finding[] {
  const { copying, error } = parts?.history ?? {};
  if (copying === "silent") {
    const last = error === undefined ? "" : `; the last said: ${error}`;
    const what = `no worker has copied into history for a minute${last}`;
    return [say("history").problem(what, "see their log")];
  }
  if (copying !== "failing" && copying !== "refused") return [];
  return [
    say("history").problem(
      `history is not written: ${error ?? "its log says why"}`,
      "DATABASE_URL, and that database; without it, room and rights in CT_DATA_DIR. It catches up by itself",
    ),
  ];
}

function clockFinding(header: string | null): Finding[] {
  const at = Date.parse(header ?? "");
  if (Number.isNaN(at)) return [];
  const aheadMs = at - Date.now();
  if (Math.abs(aheadMs) < CLOCK_MS) return [];
  return [
    say("time").problem(
      `the server's clock is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs > 0 ? "ahead" : "behind"}`,
      "let both machines keep time by NTP (timedatectl set-ntp true)",
    ),
  ];
}

export async function examineServer(url: string): Promise<Finding[]> {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => null,
  );
  if (answer === null)
    return [unseen(`no server answers at ${url}`, "start it, or give --url, to have it looked at")];
  const body = (await answer.json().catch(() => null)) as Ready | null;
  if (body === null || typeof body !== "object")
    return [
      problem(`something else answers at ${url}`, "another PORT, or end what holds this one"),
    ];
  const found = [...clockFinding(answer.headers.get("date")), ...historyFinding(body)];
  if (answer.ok) return found;
  const why = unreadyParts(body) || `status ${answer.status}`;
  return [...found, problem(`the server is not ready: ${why}`, "see its log")];
}
