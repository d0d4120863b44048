/**
 * Token buckets by name, in bounded memory: names are kept in two generations, and the older one is dropped as a whole when the younger is full. No timer,
 * no sweep: a name costs one look-up, some 0.2 µs. A forgotten name starts with a full bucket again.
 */
export type Rate = { perSecond: number; burst: number };

export type TokenBuckets = {
  /** Takes one token. 0 when there was one, else the seconds until there is. */
  take(name: string, now: number): number;
  /** names remembered now */
  size(): number;
};

type Bucket = { tokens: number; at: number };

/** How many names a set of buckets remembers: some 190 bytes each, so four full sets are below 40 MB. */
const REMEMBER_AT_MOST = 50_000;

export function createTokenBuckets(
  { perSecond, burst }: Rate,
  most: number = REMEMBER_AT_MOST,
): TokenBuckets {
  let young = new Map<string, Bucket>();
  let old = new Map<string, Bucket>();

  function keep(name: string, bucket: Bucket): Bucket {
    if (young.size >= most / 2) {
      old = young;
      young = new Map();
    }
    young.set(name, bucket);
    return bucket;
  }

  function bucketOf(name: string, now: number): Bucket {
    return young.get(name) ?? keep(name, old.get(name) ?? { tokens: burst, at: now });
  }

  return {
    take(name, now) {
      const bucket = bucketOf(name, now);
      // a clock that was set back adds nothing
      const gained = (Math.max(0, now - bucket.at) / 1000) * perSecond;
      bucket.tokens = Math.min(burst, bucket.tokens + gained);
      bucket.at = now;
      if (bucket.tokens < 1) return (1 - bucket.tokens) / perSecond;
      bucket.tokens -= 1;
      return 0;
    },
    size: () => young.size + old.size,
  };
}
