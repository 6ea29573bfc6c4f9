// The words a user meets are the field's own: phrases that read translated do not come back.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What is not written, and what is written instead. */
const banned: readonly (readonly [phrase: RegExp, better: string])[] = [
  [/\bcan not\b/i, "cannot"],
  [/\bstart(s|ed|ing)? again\b/i, "reset, restart"],
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\bfor ever\b/i, "forever"],
  [/\bhand(s|ed|ing)? on\b/i, "pass through"],
  [/\bby (itself|themselves)\b/i, "automatically"],
  [/, else\b/i, "otherwise"],
  [/\bnobody (knows|is there)\b/i, "unknown"],
  [/\bas it should be\b/i, "no problems"],
  [/\b(a look|looks? into)\b/i, "a check"],
  [/\b(no|a|one|the|without a) word (for|of|that)\b/i, "message, line"],
  [/\b(is|are|was) not there\b/i, "missing"],
  [/^there is no (option|argument|command|such|window)\b/, "unknown"],
  [/(^|: )say (what|which|where|for which)\b/, "missing, unknown or choose"],
  [/\bprove (itself|themselves)\b/i, "authenticate"],
  [/(?<![/\w-])organizations?\b/, "organisation"],
];

/** It quotes the sentences of Claude Code, which are not ours to word. */
const foreign = "bridge/cli/limit/limit-text.ts";

type Found = `${string}: ${string}`;

/** Every banned phrase of a text, after its place. */
function findBanned(place: string, text: string): Found[] {
  return banned.flatMap(([phrase, better]): Found[] => {
    const [found] = phrase.exec(text) ?? [];
    return found === undefined ? [] : [`${place}: "${found}", better: ${better}`];
  });
}

/** The texts in a source file; its comments are for those who read code. */
function listTexts(file: string, source: string): string[] {
  if (!file.endsWith(".ts")) return source.split("\n\n");
  const texts: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return texts;
}

function listFiles(folder: string, endings: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => endings.test(file))
    .map((file) => join(folder, file));
}

const files = [
  ...["shared", "extension", "bridge"].flatMap((folder) => listFiles(folder, /\.(ts|html)$/)),
  ...listFiles("docs", /\.(md|sh|py|mjs|jq|conf|toml|yml|json)$/),
  ...["manifest.json", "package.json", "README.md", "SECURITY.md"],
];

describe("what a user reads has none of the banned phrases", () => {
  const read = files.filter((file) => file !== foreign);

  test.each(read)("in %s", (file) => {
    const found = listTexts(file, readFileSync(join(root, file), "utf8")).flatMap((text) => findBanned(file, text));
    expect(found).toEqual([]);
  });
});

test("a phrase is found in texts and pages, and may stand in a comment", () => {
  const find = (file: string, source: string) => listTexts(file, source).flatMap((text) => findBanned(file, text));
  expect(find("a.ts", 'say("It can not be read.");')).toEqual(['a.ts: "can not", better: cannot']);
  expect(find("a.ts", "say(`it starts again`);")).toEqual(['a.ts: "starts again", better: reset, restart']);
  expect(find("a.ts", 'say("It cannot be read."); // and can not be mended')).toEqual([]);
  expect(find("a.html", "<p>It lasts for ever.</p>")).toEqual(['a.html: "for ever", better: forever']);
});
