// Which browser a program is, by its path: what the system knows is better than what a browser calls itself.

const programs = [
  [/firefox/i, "Firefox"],
  [/\/arc\.app\/|\/arc( |$)/i, "Arc"],
  [/vivaldi/i, "Vivaldi"],
  [/brave/i, "Brave"],
  [/microsoft edge|msedge|microsoft-edge/i, "Edge"],
  [/opera/i, "Opera"],
  [/google chrome|google-chrome|\/opt\/google\/chrome/i, "Chrome"],
  [/chromium/i, "Chromium"],
] as const;

/** Undefined when it is none we know. */
export function toBrowserOfProgram(path: string): string | undefined {
  return programs.find(([pattern]) => pattern.test(path))?.[1];
}
