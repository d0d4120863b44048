/** Entry of the thread that reads history: answers one question after the other, opens the store when it is asked and again after it failed. */
import { parentPort, workerData } from "node:worker_threads";
import { answerFrom, type Ask } from "../../history/ask.ts";
import { checkReadable, HistoryRefused } from "../../history/migrate.ts";
import { identityOf, openHistory, type History, type HistoryAddress } from "../../history/open.ts";
import type { Answered, Asked } from "./reader.ts";

const address = workerData as HistoryAddress;
let opened: { history: History; ask: Ask; identity: number } | null = null;

async function open(): Promise<Ask> {
  const identity = identityOf(address);
  if (opened?.identity === identity) return opened.ask;
  await opened?.history.close().catch(() => undefined);
  const history = openHistory(address, { isReader: true });
  try {
    await checkReadable(history);
  } catch (error) {
    await history.close().catch(() => undefined);
    throw error;
  }
  opened = { history, ask: answerFrom(history), identity };
  return opened.ask;
}

/** What is refused is said; of anything else only that it failed: a driver's words hold addresses. */
const wordsOf = (error: unknown): string =>
  error instanceof HistoryRefused ? error.message : "The history store does not answer.";

async function answer({ id, name, query }: Asked): Promise<Answered> {
  try {
    const ask = await open();
    return { id, answer: await ask(name, query as never) };
  } catch (error) {
    const known = opened;
    opened = null;
    await known?.history.close().catch(() => undefined);
    return { id, error: wordsOf(error) };
  }
}

let queue = Promise.resolve();
parentPort?.on("message", (asked: Asked) => {
  queue = queue.then(async () => parentPort?.postMessage(await answer(asked)));
});
