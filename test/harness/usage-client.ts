// A login of Claude Code and a stand-in for its program, which answers for its usage and notes each start.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { ACCOUNT_UUID, ORG_UUID } from "../shared/wire-examples.ts";

const PROGRAM = fileURLToPath(new URL("../stand-in-agent/usage-client.mjs", import.meta.url));

const askSchema = z.object({
  pid: z.int(),
  args: z.array(z.string()),
  folder: z.string(),
  environment: z.record(z.string(), z.string()),
});

export type UsageClient = {
  /** How it answers from now on. */
  answer: (how: {
    rateLimits?: unknown;
    mode?: "hang" | "flood";
    isOld?: boolean;
    loginAfter?: string;
  }) => Promise<void>;
  readAsks: () => Promise<z.infer<typeof askSchema>[]>;
};

/** Puts `claude` into <home>/bin, where its user would have it. */
export async function installUsageClient(home: string): Promise<string> {
  const bin = join(home, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "claude"), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  await chmod(join(bin, "claude"), 0o700);
  return bin;
}

export async function signIn(folder: string, more: Readonly<Record<string, unknown>> = {}): Promise<UsageClient> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, ".claude.json"), toLoginText(ACCOUNT_UUID, more));
  const answer: UsageClient["answer"] = (how) => writeFile(join(folder, "usage-client.json"), JSON.stringify(how));
  await answer({});
  return {
    answer,
    readAsks: async () => {
      const text = await readFile(join(folder, "asks.log"), "utf8").catch(() => "");
      return text.split("\n").flatMap((line) => (line === "" ? [] : [askSchema.parse(JSON.parse(line))]));
    },
  };
}

/** As Claude Code writes it. */
export function toLoginText(accountUuid: string, more: Readonly<Record<string, unknown>> = {}): string {
  const oauthAccount = { accountUuid, emailAddress: "user@example.com", organizationUuid: ORG_UUID };
  return JSON.stringify({ oauthAccount, ...more }, null, 2);
}

export function toRateLimits(fiveHour: number | null, weekly = 40) {
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  const reset = inMs(2 * 3_600_000);
  return {
    five_hour: fiveHour === null ? null : { utilization: fiveHour, resets_at: reset },
    seven_day: fiveHour === null ? null : { utilization: weekly, resets_at: inMs(3 * 86_400_000) },
    limits:
      fiveHour === null
        ? []
        : [
            { kind: "session", percent: fiveHour, resets_at: reset, scope: null },
            { kind: "weekly_scoped", percent: 30, resets_at: null, scope: { model: { display_name: "Fable" } } },
          ],
    model_scoped: [],
  };
}
