import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { portMessage, portTrouble } from "../../bin/port.ts";
import { freePort } from "../support/free-port.ts";

test("a busy port is said in one line with the way out", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const code = await portTrouble("127.0.0.1", port);
  server.close();
  expect(code).toBe("EADDRINUSE");
  const message = portMessage("127.0.0.1", port, "EADDRINUSE", true);
  expect(message).toContain(`Port ${port}`);
  expect(message).toContain(`PORT=${port + 1} npm start`);
  expect(message).not.toContain("\n");
  const real = portMessage("127.0.0.1", port, "EADDRINUSE", false);
  expect(real).toContain(`PORT=${port + 1} npm run serve`);
});

test("a free port is no trouble, and stays free", async () => {
  const port = await freePort();
  expect(await portTrouble("127.0.0.1", port)).toBeNull();
  expect(await portTrouble("127.0.0.1", port)).toBeNull();
});

test("an address of another machine is named as such", async () => {
  expect(await portTrouble("192.0.2.1", 3000)).toBe("EADDRNOTAVAIL");
  expect(portMessage("192.0.2.1", 3000, "EADDRNOTAVAIL", true)).toContain("HOST=192.0.2.1");
});

test("the last port has a way out too", () => {
  expect(portMessage("127.0.0.1", 65_535, "EADDRINUSE", true)).toContain("PORT=3000");
});
