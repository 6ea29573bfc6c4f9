// The two hosts that the extension reads and writes; the user can take them away in the browser.
import browser from "webextension-polyfill";

export async function hasSiteAccess(): Promise<boolean> {
  return await browser.permissions.contains(toSites());
}

/** Only in answer to a click. */
export async function requestSiteAccess(): Promise<boolean> {
  return await browser.permissions.request(toSites());
}

/** As this browser's manifest names them: only Chromium knows patterns with a port. */
function toSites() {
  return { origins: browser.runtime.getManifest().host_permissions ?? [] };
}
