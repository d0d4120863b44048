/** Two thousand texts that would be more than text where a page takes them for markup: every element with every way to run, behind every way out of where it stands. */

const ELEMENTS =
  "img svg video audio body details input marquee object embed iframe form button select textarea template base link meta math".split(
    " ",
  );
const ACTS = [
  "src=x onerror=alert(1)",
  "onload=alert(1)",
  "onfocus=alert(1) autofocus tabindex=1",
  "open ontoggle=alert(1)",
  "srcdoc=<script>alert(1)</script>",
  "href=javascript:alert(1)",
  "style=position:fixed;inset:0",
  "xlink:href=javascript:alert(1)",
  "formaction=javascript:alert(1)",
  "onpointerover=alert(1)//",
];
const WAYS_OUT = ["", '">', "'>", "-->", "</script>", "</style>", "</title>", "]]>", "{{", "`${}"];

/** Each carries the mark as an attribute, so that an element made of it is found. */
export const hostileTexts = (mark: string): string[] =>
  ELEMENTS.flatMap((element) =>
    ACTS.flatMap((act) => WAYS_OUT.map((out) => `${out}<${element} ${mark} ${act}>`)),
  );
