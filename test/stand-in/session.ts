// Who a request comes from: the sessionKey cookie, given at login and read from the Cookie header.
import type { StandInAccount } from "./stand-in-account.ts";

const ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";
const DAY_SECONDS = 86_400;

export function toSessionCookie(name: string): string {
  return `sessionKey=${toSessionKey(name)}; Max-Age=${DAY_SECONDS}; ${ATTRIBUTES}`;
}

export function toClearedCookie(): string {
  return `sessionKey=; Max-Age=0; ${ATTRIBUTES}`;
}

export function readSessionKey(cookieHeader: string | undefined): string | undefined {
  return /(?:^|;\s*)sessionKey=([^;]+)/.exec(cookieHeader ?? "")?.[1];
}

export function findSignedIn(accounts: readonly StandInAccount[], sessionKey: string | undefined) {
  return accounts.find(({ name }) => toSessionKey(name) === sessionKey);
}

function toSessionKey(name: string): string {
  return `sk-ant-sid02-${encodeURIComponent(name)}`;
}
