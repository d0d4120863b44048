/** Mail by SMTP. Its Message-ID is made of notice and person: a mail that was sent twice, because nobody knows whether the first arrived, is one in most mailboxes. */
import { createHash } from "node:crypto";
import { createTransport } from "nodemailer";
import { htmlText, plainText, type Message } from "../../domain/incidents/message.ts";

/** `final`: another try changes nothing. */
export type Sent = { ok: true } | { ok: false; words: string; final: boolean };
export type Mail = {
  send: (to: string, message: Message, id: string) => Promise<Sent>;
  close: () => void;
};

const NO_SERVER: Sent = { ok: false, final: true, words: "no mail server is set up (CT_SMTP_URL)" };
const TIMEOUT_MS = 20_000;

type SmtpError = { responseCode?: number; code?: string; message: string };

function failed(error: unknown): Sent {
  const { responseCode, code, message } = error as SmtpError;
  const isRefused = responseCode !== undefined && responseCode >= 500;
  const words = (isRefused ? `refused: ${message}` : (code ?? message)).slice(0, 200);
  return { ok: false, final: isRefused, words };
}

export function createMail(url: string | undefined, from: string): Mail {
  if (url === undefined) return { send: () => Promise.resolve(NO_SERVER), close: () => undefined };
  const transport = createTransport(url, { from });
  const host = from.slice(from.lastIndexOf("@") + 1).replace(/>$/, "");
  return {
    async send(to, message, id) {
      const mark = createHash("sha256").update(`${id}\u0000${to}`).digest("hex").slice(0, 32);
      const mail = {
        to,
        subject: message.subject,
        text: plainText(message),
        html: htmlText(message),
        messageId: `<${mark}@${host}>`,
        headers: { "auto-submitted": "auto-generated" },
      };
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error("no answer from the mail server")), TIMEOUT_MS);
      });
      try {
        await Promise.race([transport.sendMail(mail), late]);
        return { ok: true };
      } catch (error) {
        return failed(error);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => transport.close(),
  };
}
