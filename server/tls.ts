/** The server's own certificate (CT_TLS_CERT, CT_TLS_KEY): read at the start, and again when a file changes or on SIGHUP, without ending a connection. */
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { createSecureContext, Server, type SecureContextOptions } from "node:tls";
import type { ServerConfig } from "./config.ts";
import { plugin } from "./plugin.ts";

type TlsFiles = NonNullable<ServerConfig["tls"]>;

const CHECK_FILES_MS = 5_000;

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Error(`${name}=${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** TLS 1.2 or later. Throws with what to do when a file cannot be read or the two do not belong together. */
export function readTls({ cert, key }: TlsFiles): SecureContextOptions {
  const options: SecureContextOptions = {
    cert: readPem("CT_TLS_CERT", cert),
    key: readPem("CT_TLS_KEY", key),
    minVersion: "TLSv1.2",
  };
  try {
    createSecureContext(options);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new Error(
      `CT_TLS_CERT and CT_TLS_KEY must be a certificate and its private key in PEM: ${why}`,
      { cause },
    );
  }
  return options;
}

type TlsLog = {
  info: (message: string) => void;
  error: (facts: object, message: string) => void;
};

/** Puts renewed files into force. A pair that cannot be used changes nothing: the certificate before stays. Returns the end of it. */
function followFiles(server: Server, files: TlsFiles, log: TlsLog): () => void {
  const reload = (): void => {
    try {
      server.setSecureContext(readTls(files));
      log.info("the certificate was read again");
    } catch (error) {
      log.error({ err: error }, "the renewed certificate cannot be used: the one before stays");
    }
  };
  // asked, not told: what is mounted into a container is swapped by renaming a directory above
  for (const path of Object.values(files))
    watchFile(path, { interval: CHECK_FILES_MS, persistent: false }, reload);
  process.on("SIGHUP", reload);
  return () => {
    process.off("SIGHUP", reload);
    for (const path of Object.values(files)) unwatchFile(path, reload);
  };
}

export const tlsPlugin = plugin("tls", [], (app) => {
  const { tls } = app.config;
  const { server } = app;
  if (tls === undefined || !(server instanceof Server)) return;
  const stop = followFiles(server, tls, app.log);
  app.addHook("onClose", async () => stop());
});
