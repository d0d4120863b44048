/** Whether this browser takes pushes: asked of the browser itself, told to the server. */
import { onMounted, ref, shallowRef } from "vue";
import type { PushView } from "../../domain/contract/channels.ts";
import { http, problemOf } from "../realtime/http.ts";

const PATH = "/api/v1/account/push";
export type PushState = "unknown" | "impossible" | "off" | "on" | "refused";

const isPossible = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const subscriptionOf = async (): Promise<PushSubscription | null> => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
};

function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
}

async function subscribe(): Promise<PushView> {
  const { publicKey } = await http<PushView>("GET", PATH);
  const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(publicKey),
  });
  return http<PushView>("PUT", PATH, { body: subscription.toJSON() });
}

export function usePush() {
  const state = ref<PushState>("unknown");
  const browsers = ref(0);
  const words = shallowRef("");

  async function look(): Promise<void> {
    if (!isPossible()) return void (state.value = "impossible");
    browsers.value = (await http<PushView>("GET", PATH)).browsers;
    if (Notification.permission === "denied") state.value = "refused";
    else state.value = (await subscriptionOf()) === null ? "off" : "on";
  }

  const run = async (work: () => Promise<void>): Promise<void> => {
    words.value = "";
    await work().catch((error: unknown) => {
      words.value = problemOf(error).detail || String(error);
    });
  };
  const allow = () =>
    run(async () => {
      if ((await Notification.requestPermission()) !== "granted") {
        state.value = "refused";
        return;
      }
      browsers.value = (await subscribe()).browsers;
      state.value = "on";
    });
  const takeBack = () =>
    run(async () => {
      await (await subscriptionOf())?.unsubscribe();
      await http("DELETE", PATH);
      browsers.value = 0;
      state.value = isPossible() ? "off" : "impossible";
    });

  onMounted(() => void run(look));
  return { state, browsers, words, allow, takeBack };
}
