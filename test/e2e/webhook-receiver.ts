/** A receiver in a process of its own: checks signatures as the specification says, remembers what it got, and is moody when it is told to be. Prints a line when it listens. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";

type Got = { id: string; type: string; orderId: string; isSigned: boolean; at: number };
const got: Got[] = [];
let secret = "";
let answers = 0;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

function isSigned({ headers }: IncomingMessage, body: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const at = Number(headers["webhook-timestamp"]);
  const content = `${String(headers["webhook-id"])}.${at}.${body}`;
  const expected = createHmac("sha256", key).update(content).digest();
  const given = String(headers["webhook-signature"])
    .split(" ")
    .map((one) => Buffer.from(one.replace("v1,", ""), "base64"));
  const isFresh = Math.abs(Date.now() / 1_000 - at) < 300;
  return isFresh && given.some((one) => one.length === 32 && timingSafeEqual(one, expected));
}

const server = createServer(async (request, response) => {
  const body = await bodyOf(request);
  if (request.url === "/secret") {
    secret = body;
    response.end();
  } else if (request.url === "/got") {
    response.end(JSON.stringify(got));
  } else {
    answers += 1;
    const { type, data } = JSON.parse(body) as { type: string; data: { orderId?: string } };
    const id = String(request.headers["webhook-id"]);
    const orderId = data.orderId ?? "";
    got.push({ id, type, orderId, isSigned: isSigned(request, body), at: Date.now() });
    // now and then a refusal, never of the same a second time: it comes again after five seconds
    const isRefused = answers % 20 === 0 && got.filter((one) => one.id === id).length === 1;
    response.writeHead(isRefused ? 500 : 204).end();
  }
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"));
