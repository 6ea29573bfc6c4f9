// The two hosts that the extension reads and writes; the user can take them away in the browser.
import browser from "webextension-polyfill";

const SITES = { origins: ["https://claude.ai/*", "http://127.0.0.1:63762/*"] };

export async function hasSiteAccess(): Promise<boolean> {
  return await browser.permissions.contains(SITES);
}

/** Only in answer to a click. */
export async function requestSiteAccess(): Promise<boolean> {
  return await browser.permissions.request(SITES);
}
