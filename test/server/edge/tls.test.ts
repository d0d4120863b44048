/** The server's own certificate: https and nothing below TLS 1.2, cookies bound to it, renewed without ending a connection. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstExecutable, searchFolders } from "../../../bin/redis-binary.ts";
import { readConfig } from "../../../server/config.ts";
import { readTls } from "../../../server/tls.ts";
import { fakeTower, type FakeTower } from "../fake-app.ts";

const openssl = firstExecutable(["openssl"], searchFolders(process.env));
const dir = mkdtempSync(join(tmpdir(), "ct-tls-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function makePair(name: string): { cert: string; key: string } {
  const [cert, key] = [join(dir, `${name}.crt`), join(dir, `${name}.key`)];
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", key, "-out", cert];
  execFileSync(openssl ?? "", ["req", "-x509", ...kind, "-days", "2", ...subject, ...files], {
    stdio: "ignore",
  });
  return { cert, key };
}

describe.skipIf(openssl === null)("a server with a certificate", () => {
  const files = { cert: join(dir, "live.crt"), key: join(dir, "live.key") };
  let tower: FakeTower;
  let port = 0;

  const use = ({ cert, key }: { cert: string; key: string }): void => {
    copyFileSync(cert, files.cert);
    copyFileSync(key, files.key);
  };
  beforeAll(async () => {
    use(makePair("first"));
    tower = await fakeTower({ CT_TLS_CERT: files.cert, CT_TLS_KEY: files.key });
    await tower.app.listen({ host: "127.0.0.1", port: 0 });
    ({ port } = tower.app.server.address() as AddressInfo);
  });
  afterAll(() => tower.app.close());

  const options = () => ({ host: "127.0.0.1", port, rejectUnauthorized: false });
  async function greet(more: object = {}): Promise<TLSSocket> {
    const socket = connect({ ...options(), ...more });
    await once(socket, "secureConnect");
    return socket;
  }
  async function nameShown(): Promise<string> {
    const socket = await greet();
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return String(CN);
  }
  async function ask(method: string, path: string, body?: object) {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const sent = request({ ...options(), method, path, headers, agent: false });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  }

  test("answers over https and tells browsers to stay there", async () => {
    const answer = await ask("GET", "/livez");
    expect(answer.status).toBe(200);
    expect(answer.headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  test("binds the session's cookie to https and to its host", async () => {
    const login = { name: "lead", password: "demo-lead-tower" };
    const cookie = String((await ask("POST", "/api/v1/session", login)).headers["set-cookie"]);
    expect(cookie).toMatch(/^__Host-ct=[^;]+;.*Secure/);
  });

  test.each(["TLSv1", "TLSv1.1"])("refuses %s", async (version) => {
    const old = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
    await expect(greet(old)).rejects.toThrow(/alert|protocol|version/i);
  });

  test.each(["TLSv1.2", "TLSv1.3"])("speaks %s", async (version) => {
    const socket = await greet({ minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  test("answers http on this port with a refusal or an end, never with a page", async () => {
    const failed = await fetch(`http://127.0.0.1:${port}/livez`).then(
      (answer) => answer.status,
      () => 0,
    );
    expect([0, 400]).toContain(failed);
  });

  test("shows a renewed certificate after SIGHUP, and its open connections go on", async () => {
    const before = await greet();
    expect(await nameShown()).toBe("first");
    use(makePair("second"));
    process.emit("SIGHUP");
    expect(await nameShown()).toBe("second");
    before.write("GET /livez HTTP/1.1\r\nhost: tower\r\nconnection: close\r\n\r\n");
    expect(await text(before)).toContain("200 OK");
  });

  test("keeps the certificate it has when the renewed one cannot be used", async () => {
    const shown = await nameShown();
    writeFileSync(files.cert, "not a certificate");
    process.emit("SIGHUP");
    expect(await nameShown()).toBe(shown);
  });

  test("does not start with a key of another certificate, and says why", () => {
    const [one, other] = [makePair("one"), makePair("other")];
    expect(() => readTls({ cert: one.cert, key: other.key })).toThrow(/CT_TLS_CERT and CT_TLS_KEY/);
  });
});

test("a file that is not there is named", () => {
  const files = { cert: join(dir, "nowhere.crt"), key: join(dir, "nowhere.key") };
  expect(() => readTls(files)).toThrow(/CT_TLS_CERT=.*nowhere\.crt cannot be read/);
});

test("a certificate without its key is a mistake", () => {
  expect(() => readConfig({ CT_TLS_CERT: "a.pem" })).toThrow("belong together");
  expect(() => readConfig({ CT_TLS_KEY: "a.pem" })).toThrow("belong together");
});
