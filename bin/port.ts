import { createServer } from "node:net";

/** Why nothing can listen there, as the system's code; null when something can. */
export function portTrouble(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}

/** The one line a person reads, with the way out. */
export function portMessage(host: string, port: number, code: string): string {
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is in use. Stop what uses it, or take another: PORT=${port < 65_535 ? port + 1 : 3000} npm start`;
  }
  if (code === "EACCES")
    return `Port ${port} needs more rights than this user has. Take another: PORT=3000 npm start`;
  if (code === "EADDRNOTAVAIL") return `HOST=${host} is no address of this machine`;
  return `Nothing can listen on ${host}:${port} (${code})`;
}
