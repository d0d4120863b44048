/** One tone for each severity, made here, 180 to 400 ms between 500 and 1,500 Hz. Only for what is new, critical and nobody's, where the display may; one in five seconds at most. */
import type { WallAlarm } from "../../domain/walls/alarms.ts";

/** [Hz, from second, for seconds] */
type Note = readonly [number, number, number];
const TONES: Readonly<Record<WallAlarm["severity"], readonly Note[]>> = {
  1: [
    [784, 0, 0.12],
    [988, 0.13, 0.12],
    [1319, 0.26, 0.14],
  ],
  2: [
    [784, 0, 0.14],
    [988, 0.15, 0.15],
  ],
  3: [[784, 0, 0.2]],
  4: [[587, 0, 0.18]],
};
const QUIET_MS = 5_000;
const LOUDEST = 0.4;

export type Ringer = (severity: WallAlarm["severity"], volume: number) => void;

function play(audio: AudioContext, [pitch, from, length]: Note, volume: number): void {
  const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
  const at = audio.currentTime + from;
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime((volume / 100) * LOUDEST, at + 0.02);
  loudness.gain.linearRampToValueAtTime(0, at + length);
  tone.connect(loudness).connect(audio.destination);
  tone.start(at);
  tone.stop(at + length);
}

export function createRinger(now: () => number, makeAudio: () => AudioContext): Ringer {
  let audio: AudioContext | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (severity, volume) => {
    if (now() - lastAt < QUIET_MS || volume === 0) return;
    lastAt = now();
    audio ??= makeAudio();
    // a browser that is not allowed to ring says so here; the frame on the screen is there all the same
    void audio.resume().catch(() => undefined);
    for (const note of TONES[severity]) play(audio, note, volume);
  };
}
