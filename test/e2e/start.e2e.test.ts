import { availableParallelism, loadavg } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isRunning, type ProcessIdentity } from "../../bin/process-identity.ts";
import { endProcesses, readProcesses } from "../../bin/process-list.ts";
import { freePort } from "../support/free-port.ts";
import { redisMissing } from "../support/redis.ts";
import { type Command, runCommand } from "../support/run-command.ts";
import { tempDir } from "../support/temp-dir.ts";

/** `npm run serve` as a person runs it, from the first start to the second. The tests follow one another. */
const key = "a-key-for-this-test-of-32-characters-or-more";
const ready = "Control Tower ready on ";

let dir: ReturnType<typeof tempDir>;
let port: number;
const commands: Command[] = [];
const processes: ProcessIdentity[] = [];

function serve(): Command {
  const env = {
    CT_DATA_DIR: dir.path,
    PORT: String(port),
    CT_BOOTSTRAP_KEY: key,
    REDIS_URL: "",
    CI: "",
  };
  const command = runCommand(["run", "serve"], env);
  commands.push(command);
  return command;
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
}

function received(orderId: string) {
  const now = new Date().toISOString();
  const shipTo = { city: "Berlin", postalCode: "10115", country: "DE" };
  const lines = [{ line: 1, sku: "SKU-1", quantity: 2 }];
  const data = {
    customerOrder: orderId,
    channel: "web",
    service: "standard",
    placedAt: now,
    shipTo,
    lines,
  };
  return {
    id: `e-${orderId}`,
    source: "shop/test",
    type: "order.received",
    site: "BER1",
    orderId,
    occurredAt: now,
    data,
  };
}

async function interruptAndWait(command: Command): Promise<number> {
  processes.push(...Object.values(readProcesses(dir.path)));
  const begunAt = performance.now();
  command.interrupt();
  await command.ended;
  return performance.now() - begunAt;
}

beforeAll(async () => {
  dir = tempDir();
  port = await freePort();
});

afterAll(async () => {
  for (const command of commands) command.dispose();
  processes.push(...Object.values(readProcesses(dir.path)));
  await endProcesses(processes, 3000);
  dir[Symbol.dispose]();
});

describe.skipIf(redisMissing)("npm run serve", () => {
  test("becomes ready by itself and takes an order", async () => {
    const command = serve();
    await command.prints(ready, 120_000);
    const lines = command.output().split("\n");
    expect(lines.filter((line) => line.includes(ready))).toEqual([
      `${ready}http://127.0.0.1:${port}`,
    ]);
    await command.prints(`http://127.0.0.1:${port}/setup?token=`, 130_000);
    expect((await ask("/readyz")).status).toBe(200);
    const taken = await ask("/api/v1/events", {
      method: "POST",
      body: JSON.stringify(received("SO-1")),
    });
    expect(taken.status).toBe(202);
    await expect
      .poll(async () => (await ask("/api/v1/orders/SO-1?site=BER1")).status, { timeout: 5000 })
      .toBe(200);
  });

  test("refuses the same port in one line while the first goes on", async () => {
    using other = tempDir();
    const second = runCommand(["run", "serve", "--silent"], {
      CT_DATA_DIR: other.path,
      PORT: String(port),
      REDIS_URL: "",
    });
    commands.push(second);
    expect(await second.ended).toBe(1);
    const said = second.output().split("\n");
    expect(said.filter((line) => line.includes(`Port ${port}`))).toHaveLength(1);
    expect(said.filter((line) => /^\s+at |Error:/.test(line))).toEqual([]);
    expect((await ask("/livez")).status).toBe(200);
  });

  test("ends within 15 seconds of Ctrl-C and leaves nothing running", async () => {
    const elapsed = await interruptAndWait(commands[0] as Command);
    expect(elapsed).toBeLessThan(15_000);
    expect(processes.length).toBeGreaterThanOrEqual(3);
    expect(processes.filter(isRunning)).toEqual([]);
  });

  test("is ready again within 5 seconds with every order there", async () => {
    const command = serve();
    // Promised on a machine that is ours: when others ask for more than it has, it takes as much longer.
    const share = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
    expect(await command.prints(ready, 60_000)).toBeLessThan(5000 * share);
    expect((await ask("/api/v1/orders/SO-1?site=BER1")).status).toBe(200);
    expect(await interruptAndWait(command)).toBeLessThan(15_000);
  });

  test("ends within 15 seconds of a SIGTERM that npm alone gets, and leaves nothing running", async () => {
    const command = serve();
    await command.prints(ready, 60_000);
    const mine = Object.values(readProcesses(dir.path));
    processes.push(...mine);
    const begunAt = performance.now();
    command.terminate();
    await command.ended;
    expect(performance.now() - begunAt).toBeLessThan(15_000);
    expect(mine.length).toBeGreaterThanOrEqual(3);
    expect(mine.filter(isRunning)).toEqual([]);
  });
});
