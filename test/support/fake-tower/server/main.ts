/** Stands for the server in tests of the supervisor: ready at once, ends when asked. */
import { createServer } from "node:http";

const server = createServer((_request, response) => response.writeHead(200).end("{}"));
server.listen(Number(process.env["PORT"]), process.env["HOST"]);
process.on("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
