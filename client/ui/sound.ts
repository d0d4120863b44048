/**
 * Three tones, made in code: new, escalated to you, blind. At most one in five seconds; a browser that blocks audio until somebody clicks says so through `isBlocked`.
 * Volume and mute are of this device.
 */
import { useLocalStorage } from "@vueuse/core";
import { ref } from "vue";

export type Tone = "new" | "escalated" | "blind";
const APART_MS = 5_000;
/** Hz, one after the other. */
const NOTES: Readonly<Record<Tone, readonly number[]>> = {
  new: [740, 988],
  escalated: [740, 988, 1_319],
  blind: [660],
};
const NOTE_S = 0.13;
const FALL = 0.75;

/** 0 to 100; 0 is silent. */
export const volume = useLocalStorage("ct-volume", 50);
/** epoch ms until which nothing is heard */
export const mutedUntil = useLocalStorage("ct-muted-until", 0);
export const isBlocked = ref(false);

let context: AudioContext | null = null;
let rangAt = -APART_MS;

function playNote(audio: AudioContext, hertz: number, from: number, isFalling: boolean): void {
  const oscillator = new OscillatorNode(audio, { type: "triangle", frequency: hertz });
  const gain = new GainNode(audio, { gain: 0 });
  const loud = (volume.value / 100) * 0.4;
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(loud, from + 0.02);
  gain.gain.linearRampToValueAtTime(0, from + NOTE_S);
  if (isFalling) oscillator.frequency.linearRampToValueAtTime(hertz * FALL, from + NOTE_S);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(from + NOTE_S);
}

/** From a click: browsers let nothing sound before one. */
export async function allowSound(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  isBlocked.value = context.state !== "running";
}

/** False when it was not heard: muted, too soon after the last one, or blocked. */
export function ring(tone: Tone, now = Date.now()): boolean {
  if (volume.value === 0 || now < mutedUntil.value || now - rangAt < APART_MS) return false;
  context ??= new AudioContext();
  isBlocked.value = context.state === "suspended";
  if (isBlocked.value) return false;
  rangAt = now;
  const audio = context;
  NOTES[tone].forEach((hertz, at) =>
    playNote(audio, hertz, audio.currentTime + at * NOTE_S, tone === "blind"),
  );
  return true;
}
