// Reads status.json on the CLI's hot path: one file, checked by hand for what readers compute with. No schema library,
// because loading one costs more than all the rest of the command (docs/maintainers/performance.md).
import { constants, readFileSync } from "node:fs";
import type { Status } from "../../shared/row.ts";
import { hasRightChecksum } from "./checksum.ts";

export type StatusReading = { kind: "read"; status: Status } | { kind: "missing" } | { kind: "damaged" };

export function readStatus(path: string): StatusReading {
  let text: string;
  try {
    text = readTextWithoutWaiting(path);
  } catch (error) {
    return { kind: hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR") ? "missing" : "damaged" };
  }
  const status = hasRightChecksum(text) ? parseStatus(text) : undefined;
  return status ? { kind: "read", status } : { kind: "damaged" };
}

/** Undefined for a text that is no status of this schema. */
export function parseStatus(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isFields(value)) return undefined;
    // Another tool may copy the rows alone.
    value["installs"] ??= [];
    return isStatus(value) ? value : undefined;
  } catch {
    // Not JSON: a foreign hand, since our writer replaces the file whole.
    return undefined;
  }
}

declare module "fs" {
  // Node takes numbers as well: https://nodejs.org/api/fs.html#file-system-flags
  export function readFileSync(path: string, options: { encoding: "utf8"; flag: number }): string;
}

/**
 * A pipe in the file's place would else be waited for; Windows has neither the pipe nor the flag. In one call, which for
 * this encoding Node makes without a buffer: a tenth of the time of open, read and close.
 */
export function readTextWithoutWaiting(path: string): string {
  return readFileSync(path, { encoding: "utf8", flag: constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) });
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

type Fields = Record<string, unknown>;

function isStatus(value: Fields): value is Fields & Status {
  return (
    value["schema"] === 1 &&
    isMoment(value["generated_at"]) &&
    isArrayOf(value["rows"], isRow) &&
    isArrayOf(value["installs"], isInstall)
  );
}

function isRow(value: unknown): boolean {
  return (
    isFields(value) &&
    isTextOrNull(value["account_uuid"]) &&
    isText(value["org_uuid"]) &&
    isTextOrNull(value["org_name"]) &&
    isTextOrNull(value["account_email"]) &&
    isTextOrNull(value["plan"]) &&
    isText(value["browser"]) &&
    isMoment(value["fetched_at"]) &&
    isArrayOf(value["windows"], isWindow) &&
    (value["money"] === null || isMoney(value["money"])) &&
    isArrayOf(value["errors"], isText) &&
    (value["witness"] === undefined || isWitness(value["witness"])) &&
    (value["sources"] === undefined || isArrayOf(value["sources"], isSource))
  );
}

function isSource(value: unknown): boolean {
  return (
    isFields(value) &&
    isText(value["source"]) &&
    isMoment(value["observed_at"]) &&
    isFields(value["windows"]) &&
    Object.values(value["windows"]).every((window) => isWitnessedWindow(window) && isDated(window)) &&
    (value["money"] === undefined || value["money"] === null || isMoney(value["money"]))
  );
}

function isDated(value: unknown): boolean {
  return isFields(value) && isMoment(value["observed_at"]);
}

function isWitness(value: unknown): boolean {
  return (
    isFields(value) &&
    isMoment(value["observed_at"]) &&
    isFields(value["windows"]) &&
    Object.values(value["windows"]).every(isWitnessedWindow)
  );
}

function isWitnessedWindow(value: unknown): boolean {
  return (
    isFields(value) &&
    value["utilization"] !== null &&
    isNumberOrNull(value["utilization"]) &&
    (value["resets_at"] === null || isMoment(value["resets_at"]))
  );
}

function isWindow(value: unknown): boolean {
  return (
    isFields(value) &&
    isText(value["id"]) &&
    isText(value["label"]) &&
    isTextOrNull(value["model"]) &&
    isText(value["scope"]) &&
    isNumberOrNull(value["utilization"]) &&
    isNumberOrNull(value["last_known"]) &&
    (value["resets_at"] === null || isMoment(value["resets_at"])) &&
    (value["forecast"] === undefined || value["forecast"] === null || isForecast(value["forecast"])) &&
    (value["source"] === undefined || isText(value["source"])) &&
    (value["observed_at"] === undefined || isMoment(value["observed_at"]))
  );
}

function isForecast(value: unknown): boolean {
  return (
    isFields(value) &&
    value["percent_per_hour"] !== null &&
    isNumberOrNull(value["percent_per_hour"]) &&
    isNumberOrNull(value["percent_at_reset"]) &&
    (value["exhausted_at"] === null || isMoment(value["exhausted_at"])) &&
    isAmountOrNull(value["pace"])
  );
}

function isMoney(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value["enabled"] === "boolean" &&
    typeof value["out_of_credits"] === "boolean" &&
    isAmountOrNull(value["used"]) &&
    isAmountOrNull(value["limit"]) &&
    isNumberOrNull(value["percent"]) &&
    isTextOrNull(value["currency"])
  );
}

function isInstall(value: unknown): boolean {
  return (
    isFields(value) &&
    isText(value["install"]) &&
    isText(value["browser"]) &&
    isText(value["extension_version"]) &&
    isText(value["state"]) &&
    isMoment(value["polled_at"]) &&
    (value["retry_at"] === null || isMoment(value["retry_at"]))
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArrayOf(value: unknown, isEntry: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || (typeof value === "number" && Number.isFinite(value) && value >= 0);
}

/** Below zero after a refund, or behind an even pace. */
function isAmountOrNull(value: unknown): boolean {
  return value === null || (typeof value === "number" && Number.isFinite(value));
}

function isMoment(value: unknown): boolean {
  return typeof value === "string" && value.endsWith("Z") && Number.isFinite(Date.parse(value));
}
