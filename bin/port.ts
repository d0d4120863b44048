import { createServer } from "node:net";

/** Why nothing can listen there, as the system's code; null when something can. */
export function portTrouble(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}

/** The one line a person reads, with the way out: what they typed, not the demo on a real site's data. */
export function portMessage(host: string, port: number, code: string, isDemo: boolean): string {
  const command = isDemo ? "npm start" : "npm run serve";
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is in use. Stop what uses it, or take another: PORT=${port < 65_535 ? port + 1 : 3000} ${command}`;
  }
  if (code === "EACCES")
    return `Port ${port} needs more rights than this user has. Take another: PORT=3000 ${command}`;
  if (code === "EADDRNOTAVAIL") return `HOST=${host} is no address of this machine`;
  return `Nothing can listen on ${host}:${port} (${code})`;
}
