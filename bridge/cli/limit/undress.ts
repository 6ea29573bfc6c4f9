// Takes off what terminals, code pages and runners put around a sentence, so that its own words can be compared. Pure.

/** CSI with any parameters (colons included), OSC such as hyperlinks up to BEL or ST, and the escapes of two bytes. */
export const ESCAPES = new RegExp(
  [
    "(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]",
    "(?:\\u001b\\]|\\u009d)[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)",
    "\\u001b[ -/]*[0-Z\\\\^-~]",
  ].join("|"),
  "g",
);
/** Control and format characters, and the selectors that choose between text and emoji. */
const UNSEEN = /\p{Cc}|\p{Cf}|\ufe0e|\ufe0f/gu;

/** UTF-8 that was read as Latin-1, Windows-1252, or code page 437 or 850. */
const MOJIBAKE: readonly (readonly [RegExp, string])[] = [
  [/[Ââ][\u00a0 ]?·|┬[╖À]/g, "·"],
  [/Â\u00a0|┬á/g, " "],
  [/â(?:ˆ|\u0088)(?:™|\u0099)|Γê[ÖÖ]|ÔêÖ/g, "·"],
  [/â(?:€|\u0080)(?:¢|\u00a2)|ΓÇó|ÔÇó/g, "·"],
  [/â(?:€|\u0080)(?:™|\u0099)|ΓÇ[ÖÖ]|ÔÇÖ/g, "'"],
];
/** A byte that is no UTF-8 stands where a Latin-1 middle dot was. */
const LOST = /(?<= )\ufffd+(?= )/g;
const DOTS = /[∙•‧⋅・･●▪]/g;
const HYPHENS = /[\u2010-\u2012\u2043\u2212\ufe63\uff0d]/g;
const DASHES = /[\u2013-\u2015]/g;
const APOSTROPHES = /[\u2018\u2019\u201b\u02bc\u02b9\u0060\u00b4\uff07]/g;

/** One line with single ASCII spaces, `·` for each kind of dot, `-` and `'` for each kind of hyphen and apostrophe. */
export function undress(line: string): string {
  let text = line.replace(ESCAPES, "");
  for (const [found, meant] of MOJIBAKE) text = text.replace(found, meant);
  return text
    .replace(/[\t\p{Zs}]/gu, " ")
    .replace(UNSEEN, "")
    .replace(LOST, "·")
    .replace(DOTS, "·")
    .replace(HYPHENS, "-")
    .replace(DASHES, "-")
    .replace(APOSTROPHES, "'")
    .replace(/ {2,}/g, " ")
    .trim();
}

/** What programs that run Claude Code put in front of its words; several may stand in a row. */
const LEADS: readonly RegExp[] = [
  // The bullets of lists, logs and Claude Code's own screen; `>` would be a quotation.
  /^(?:[-*] |[·⏺◉○◦■□▶►→⎿└├╰│┃|✗✖✘✕×❌⛔🛑🚫🚨🔴💥⏳⚠ⓘℹ!]️? ?)+(?= |\b|[A-Z[(])/u,
  /^\[?\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?\]?:? /,
  /^[[(]?\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: [AaPp][Mm])?[\])]?:? /,
  /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} \d{2}:\d{2}:\d{2} (?:[\w.-]+ )?[\w./@-]+(?:\[\d+\])?: /,
  /^\[?(?:ERROR|Error|error|ERR|err|ERR!|WARN|WARNING|Warning|warning|warn|INFO|Info|info|FATAL|Fatal|fatal|stderr|stdout)\]?[:!]? (?:- )?/,
  /^\[[\w .:/#@-]{1,40}\]:? /,
  /^(?:npm (?:ERR!|error) |make: |sh: |bash: |E (?=\w*(?:Error|Exception))|::error::|##\[error\]|\(node:\d+\) \w+Warning: )/,
  /^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2} /,
  /^[\w.-]{1,40} - (?:ERROR|WARNING|INFO|CRITICAL) - /,
  /^(?:ERROR|WARNING|INFO|CRITICAL):[\w.-]{1,40}:/,
  /^(?:Failed|Result|success|Error output): /,
  /^\d{1,3}\|[\w.-]{1,40} +\| /,
  // A package and its task; a file and the number of a line are somebody's search.
  /^@?[\w./-]{1,60}:[a-z][\w:-]{0,40}: /,
  /^[\w.@/-]{1,40} \| /,
  /^(?:(?:Uncaught|Unhandled|Fatal|Unexpected)(?: \(in promise\))? )?(?!Assertion)(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception|Failure)(?: \[[^\]]{1,60}\]| \([^)]{1,60}\))?: /,
  /^(?:Error|Request|Command|Execution|Run|Job|Agent|Task) (?:result|failed|error)(?: \([^)]{1,40}\))?: /i,
  /^(?:[Cc]laude(?:[ -][Cc]ode)?|[Aa]gent(?: \d+)?)(?:\[\d+\])?(?: process)?(?: (?:returned an error result|failed|error|exited(?: with code \d{1,3})?))?: /,
];
/** What they put behind them. */
const TRAILS: readonly RegExp[] = [
  /[ ;,.]*[([]?(?:process |command )?exit(?:ed)?(?: with)?(?: (?:code|status))?:? ?-?\d{1,3}[)\]]?\.?$/i,
  /[ ;,]*[([](?:exit )?(?:code|status|rc)[:= ] ?-?\d{1,3}[)\]]\.?$/i,
];
/** A box's right side, the number of a request, a shell's word. */
const CLOSINGS: readonly RegExp[] = [/ [│|┃]$/, / \(request[ _-]id: [^)]{1,80}\)$/i, /: exit status \d{1,3}$/];
const MOST_LEADS = 6;
/** A log of keys and values, `level=error msg="…"`, and what is nothing but quoted. */
const PAIRS = '(?:\\w{1,20}=(?:"[^"]*"|\\S{1,80}) )*';
const LOGGED = new RegExp(
  `^${PAIRS}(?:msg|message|err|error)=(?<said>"(?:[^"\\\\]|\\\\.)*")(?: \\w{1,20}=(?:"[^"]*"|\\S{1,80}))*$`,
);
const QUOTED = /^(?<said>"(?:[^"\\]|\\.)*")$/;

/** Without leads and trails: the sentence as Claude Code wrote it, if it is one. */
export function unwrap(text: string): string {
  let rest = text;
  const unquote = () => {
    const said = (LOGGED.exec(rest) ?? QUOTED.exec(rest))?.groups?.["said"];
    if (said !== undefined) rest = said.slice(1, -1).replaceAll('\\"', '"');
  };
  unquote();
  for (let count = 0; count < MOST_LEADS; count += 1) {
    const lead = LEADS.map((pattern) => pattern.exec(rest)?.[0] ?? "").find((found) => found !== "");
    if (lead === undefined) break;
    rest = rest.slice(lead.length).trimStart();
    unquote();
  }
  for (const trail of [...CLOSINGS, ...TRAILS]) rest = rest.replace(trail, "");
  return rest.trim();
}
