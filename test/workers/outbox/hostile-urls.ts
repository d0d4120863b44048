/** Some four hundred ways to write an address inside: numbers of every base and length, IPv6 forms, names, user names, odd dots and ports. */

/** 127.0.0.1, 10.0.0.1, 169.254.169.254 (cloud metadata), 192.168.1.1, 172.16.0.1, 100.64.0.1, 0.0.0.0, 224.0.0.1, 255.255.255.255 */
const INSIDE = [
  [127, 0, 0, 1],
  [10, 0, 0, 1],
  [169, 254, 169, 254],
  [192, 168, 1, 1],
  [172, 16, 0, 1],
  [100, 64, 0, 1],
  [0, 0, 0, 0],
  [224, 0, 0, 1],
  [255, 255, 255, 255],
] as const;

type Quad = (typeof INSIDE)[number];
const hex = (byte: number): string => byte.toString(16);
const pair = (high: number, low: number): string => hex(high * 256 + low);
const wide = (text: string): string =>
  [...text]
    .map((one) => (/\d/.test(one) ? String.fromCodePoint(0xff10 + Number(one)) : one))
    .join("");
const circled = (text: string): string =>
  [...text]
    .map((one) => (/[1-9]/.test(one) ? String.fromCodePoint(0x245f + Number(one)) : one))
    .join("");

/** Every spelling of one IPv4 address that some parser somewhere takes. */
function spellingsOf([a, b, c, d]: Quad): string[] {
  const plain = `${a}.${b}.${c}.${d}`;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const octal = (byte: number): string => `0${byte.toString(8)}`;
  const groups = `${pair(a, b)}:${pair(c, d)}`;
  return [
    plain,
    `${plain}.`,
    String(number),
    `0x${hex(number)}`,
    `0X${hex(number).toUpperCase()}`,
    `0${number.toString(8)}`,
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    [a, b, c, d].map(octal).join("."),
    [a, b, c, d].map((byte) => `0x${hex(byte)}`).join("."),
    [a, b, c, d].map((byte) => `000${byte.toString(8)}`).join("."),
    `0x${hex(a)}.${b}.${octal(c)}.${d}`,
    wide(plain),
    circled(plain),
    plain.replaceAll(".", "\u3002"),
    plain.replaceAll(".", "\uff0e"),
    plain.replaceAll(".", "\uff61"),
    plain.replaceAll(".", "%2e"),
    `%3${a % 10}${plain.slice(1)}`,
    `[::ffff:${plain}]`,
    `[::ffff:${groups}]`,
    `[::${plain}]`,
    `[::${groups}]`,
    `[0:0:0:0:0:ffff:${groups}]`,
    `[64:ff9b::${plain}]`,
    `[64:ff9b:1::${groups}]`,
    `[2002:${groups}::]`,
    `[2002:${groups}::1]`,
    `[2001:0:${groups}::1]`,
    `user:pass@${plain}`,
    `example.com@${plain}`,
    `example.com%40${plain}`,
    `${plain}#@example.com`,
    `${plain}?@example.com`,
    `${plain}\\@example.com`,
    `${plain}.nip.io`,
    `${plain}.sslip.io`,
  ];
}

const SIXES = [
  "::1",
  "::",
  "0:0:0:0:0:0:0:1",
  "fe80::1",
  "fc00::1",
  "fd12:3456::1",
  "ff02::1",
  "fec0::1",
  "2001:db8::1",
  "2001::1",
  "3fff::1",
  "100::1",
  "::ffff:0:7f00:1",
  "5f00::1",
].map((six) => `[${six}]`);

const NAMES = [
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.localhost",
  "localhost.localdomain",
  "metadata",
  "metadata.google.internal",
  "metadata.google.internal.",
  "instance-data",
  "instance-data.ec2.internal",
  "redis",
  "tower.local",
  "router.lan",
  "nas.home",
  "erp.corp",
  "erp.intranet",
  "printer.home.arpa",
  "1.0.0.127.in-addr.arpa",
  "localtest.me",
  "a.b.lvh.me",
  "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
  "locаlhost.test",
];

const HOSTS = [...INSIDE.flatMap(spellingsOf), ...SIXES, ...NAMES];

/** Some of them no address at all. */
export const hostileUrls = (port: number): string[] => [
  ...HOSTS.map((host) => `https://${host}:${port}/`),
  ...HOSTS.map((host) => `https://${host}/`),
  ...["http", "ftp", "file", "gopher", "data", "javascript", "ws"].map(
    (scheme) => `${scheme}://127.0.0.1:${port}/`,
  ),
  ...[22, 80, 6379, 3000, 65_535].map((other) => `https://example.com:${other}/`),
  `https://127.0.0.1:${port}`,
  `https:127.0.0.1:${port}/`,
  `https:///127.0.0.1:${port}/`,
  `https:\\\\127.0.0.1:${port}\\`,
  `https://127.0.0.1\t:${port}/`,
  `https://127.0.0\n.1:${port}/`,
  ` https://127.0.0.1:${port}/ `,
  "",
  "//127.0.0.1/",
];
