/** X12 bodies to test with: sets in an interchange of their own, counts included. */

type Set = { code: string; segments: string[] };

const GROUPS: Readonly<Record<string, string>> = {
  "940": "OW",
  "945": "SW",
  "856": "SH",
  "214": "QM",
};

/** `segments` without ST and SE. */
export const aSet = (code: string, ...segments: string[]): Set => ({ code, segments });

export const bare = ({ code, segments }: Set, control = "0001"): string =>
  [`ST*${code}*${control}`, ...segments, `SE*${segments.length + 2}*${control}`].join("~\n") +
  "~\n";

/** Written on 2026-02-11 at 09:14; its segments are one ISA, one GS, then the sets. */
export function anInterchange(...sets: Set[]): string {
  const code = sets[0]?.code ?? "940";
  return [
    "ISA*00*          *00*          *ZZ*THREEPL        *ZZ*TOWER          *260211*0914*U*00401*000000007*0*P*>~\n",
    `GS*${GROUPS[code]}*THREEPL*TOWER*20260211*0914*7*X*004010~\n`,
    ...sets.map((set, place) => bare(set, String(place + 1).padStart(4, "0"))),
    `GE*${sets.length}*7~\nIEA*1*000000007~\n`,
  ].join("");
}

export const ORDER = aSet(
  "940",
  "W05*N*SO-1*PO-77",
  "N1*DE*ACME Goods",
  "N1*ST*Jane Doe",
  "N3*Main St 1*Floor 2",
  "N4*Hamburg*HH*20095*DE",
  "G62*38*20260212",
  "G62*02*20260213*1*1700",
  "W66*PP*M***EXPRESS*****DHL",
  "LX*1",
  "W01*2*EA**VN*SKU-1",
  "G69*A thing",
  "LX*2",
  "W01*1*EA*000619002280*UP*4012345678901*SK*SKU-2",
);

export const ADVICE = aSet(
  "945",
  "W06*F*SO-1*20260211*SHIP-9**PO-77",
  "G62*11*20260211*1*1530",
  "W27*M*DHL",
  "N9*2I*JJD0001",
  "LX*1",
  "MAN*GM*00040123450000000016",
  "W12*CC*2*2**EA**VN*SKU-1",
  "LX*2",
  "W12*CC*1*1**EA**VN*SKU-2",
);

export const NOTICE = aSet(
  "856",
  "BSN*00*SHIP-9*20260211*1530",
  "HL*1**S",
  "TD5*B*2*DHL",
  "REF*CN*JJD0001",
  "DTM*011*20260211*1545",
  "HL*2*1*O",
  "PRF*SO-1",
  "HL*3*2*P",
  "MAN*GM*00040123450000000016",
  "HL*4*3*I",
  "LIN*1*VN*SKU-1",
  "SN1*1*2*EA",
  "HL*5*1*O",
  "PRF*SO-2",
  "HL*6*5*P",
  "MAN*CP*1Z999",
  "CTT*6",
);

export const status = (...at7: string[]) =>
  aSet("214", "B10*JJD0001*SO-1*DHLC", "L11*PO-77*BM", "LX*1", ...at7);
