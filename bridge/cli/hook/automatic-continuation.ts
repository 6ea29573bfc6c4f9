// The prompt by which Claude Code (2.1.332) goes on by itself after a reset. It does so 30 to 90 seconds after the reset in
// each session that waits, so that many go on nearly at once. Pure.

const OWN_PROMPT = "Your claude.ai usage limit has reset. Continue the task you were working on";

export function isAutomaticContinuation(input: unknown): boolean {
  const prompt = typeof input === "object" && input !== null && "prompt" in input ? input.prompt : undefined;
  return typeof prompt === "string" && prompt.startsWith(OWN_PROMPT);
}
