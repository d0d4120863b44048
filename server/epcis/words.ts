/** Words of the Core Business Vocabulary in any of their spellings: bare, `cbv:`, as URN of CBV 1 and as web address of CBV 2. */

const PREFIXES = [
  "cbv:BizStep-",
  "cbv:Disp-",
  "cbv:BTT-",
  "cbv:ER-",
  "cbv:",
  "https://ref.gs1.org/cbv/BizStep-",
  "https://ref.gs1.org/cbv/Disp-",
  "https://ref.gs1.org/cbv/BTT-",
  "https://ref.gs1.org/cbv/ER-",
  "https://ref.gs1.org/cbv/",
  "https://ns.gs1.org/cbv/BizStep-",
  "https://ns.gs1.org/cbv/Disp-",
  "https://ns.gs1.org/cbv/BTT-",
  "https://ns.gs1.org/cbv/ER-",
  "urn:epcglobal:cbv:bizstep:",
  "urn:epcglobal:cbv:disp:",
  "urn:epcglobal:cbv:btt:",
  "urn:epcglobal:cbv:er:",
];

/** The bare word; a word of another vocabulary stays as it is. */
export function cbvWord(text: string): string {
  const prefix = PREFIXES.find((one) => text.startsWith(one));
  return prefix === undefined ? text : text.slice(prefix.length);
}

export const cbvWordOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : cbvWord(text);
