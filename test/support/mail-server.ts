import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export type Got = { to: string; text: string; id: string };

/** A mail server that keeps what it takes, and refuses `nobody@`. */
export async function startMailServer() {
  const got: Got[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onRcptTo({ address }, _session, done) {
      if (!address.startsWith("nobody@")) return done();
      done(Object.assign(new Error("there is no such mailbox"), { responseCode: 550 }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const text = Buffer.concat(chunks)
          .toString("utf8")
          .replaceAll("=\r\n", "")
          .replaceAll("=3D", "=");
        const id = /^message-id: (.*)$/im.exec(text)?.[1]?.trim() ?? "";
        for (const { address } of session.envelope.rcptTo) got.push({ to: address, text, id });
        done();
      });
    },
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.server.address() as AddressInfo;
  return {
    got,
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise<void>((done) => server.close(done)),
  };
}
