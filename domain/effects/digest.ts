/** A fingerprint of 128 bits, the same everywhere: multiplies and mixes four lanes of 32 bits. For ids, never for secrets. */

const FACTORS = [597_399_067, 2_869_860_233, 951_274_213, 2_716_044_179] as const;

/** 32 hex digits. */
export function digest(text: string): string {
  let [a, b, c, d] = [1_779_033_703, 3_144_134_277, 1_013_904_242, 2_773_480_762];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    a = b ^ Math.imul(a ^ unit, FACTORS[0]);
    b = c ^ Math.imul(b ^ unit, FACTORS[1]);
    c = d ^ Math.imul(c ^ unit, FACTORS[2]);
    d = a ^ Math.imul(d ^ unit, FACTORS[3]);
  }
  a = Math.imul(c ^ (a >>> 18), FACTORS[0]);
  b = Math.imul(d ^ (b >>> 22), FACTORS[1]);
  c = Math.imul(a ^ (c >>> 17), FACTORS[2]);
  d = Math.imul(b ^ (d >>> 19), FACTORS[3]);
  const lanes = [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a];
  return lanes.map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}
