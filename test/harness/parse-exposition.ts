// A strict reader of both text forms that Prometheus takes: anything doubtful in them is an error.
export type Series = { name: string; labels: Record<string, string>; value: number };

const FAMILY = /^# (HELP|TYPE) ([a-zA-Z_][a-zA-Z0-9_]*) (.+)$/s;
const SAMPLE = /^([a-zA-Z_][a-zA-Z0-9_]*)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf)$/s;
/** Anchored by the caller: one label after the other, nothing between them. */
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/;

/** Throws on what is not exactly in the form. */
export function parseExposition(text: string, form: "openmetrics" | "text"): Series[] {
  const lines = toLines(text, form);
  const types = new Map<string, string>();
  const series: Series[] = [];
  const seen = new Set<string>();
  let helped = "";
  let family = "";
  for (const line of lines) {
    if (line.startsWith("#")) {
      const [, word, name = "", rest = ""] = FAMILY.exec(line) ?? fail(line);
      if (word === "HELP") {
        if (types.has(name)) fail(`a second family ${name}`);
        helped = name;
      } else {
        if (helped !== name || !["gauge", "counter"].includes(rest)) fail(line);
        types.set(name, rest);
        family = name;
      }
      continue;
    }
    const [, name = "", labels = "", value = ""] = SAMPLE.exec(line) ?? fail(line);
    const isCounter = types.get(family) === "counter";
    if (isCounter !== name.endsWith("_total")) fail(`a counter and only a counter ends in _total: ${line}`);
    if (name !== (isCounter && form === "openmetrics" ? `${family}_total` : family)) fail(`not of its family: ${line}`);
    const one = { name, labels: parseLabels(labels), value: Number(value.replace("Inf", "Infinity")) };
    const key = JSON.stringify([name, Object.entries(one.labels).toSorted()]);
    if (seen.has(key)) fail(`twice: ${line}`);
    seen.add(key);
    series.push(one);
  }
  return series;
}

function toLines(text: string, form: "openmetrics" | "text"): string[] {
  const end = form === "openmetrics" ? "\n# EOF\n" : "\n";
  if (!text.endsWith(end)) fail("it does not end as it must");
  const lines = text.slice(0, -end.length).split("\n");
  // Only the older form has empty lines.
  return form === "text" ? lines.filter((line) => line !== "") : lines;
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [whole = "", name = "", value = ""] = LABEL.exec(rest) ?? fail(text);
    if (Object.hasOwn(labels, name)) fail(`twice: ${text}`);
    labels[name] = value.replace(/\\(.)/gs, (_, letter: string) => (letter === "n" ? "\n" : letter));
    rest = rest.slice(whole.length);
  }
  return labels;
}

function fail(what: string): never {
  throw new Error(`not in the form: ${what}`);
}
