// What Chrome lets us do, asked for only in answer to a click: notifications, and the two sites.
import browser from "webextension-polyfill";
import { canNotify, showNotice } from "../notices/notice-tray.ts";
import { getElement } from "../popup/element.ts";
import { hasSiteAccess, requestSiteAccess } from "../site-access.ts";
import { getInput } from "./form.ts";

export async function requestNotifications(): Promise<boolean> {
  return await browser.permissions.request({ permissions: ["notifications"] });
}

/** `isWanted`: as the settings say. The switch shows what is true: both wanted and allowed. */
export async function renderPermissions(isWanted: boolean): Promise<void> {
  const isAllowed = await canNotify();
  getInput("notices-on").checked = isWanted && isAllowed;
  getElement("notices-test").toggleAttribute("disabled", !isAllowed);
  getElement("notices-state").textContent = await toNoticeWords(isWanted, isAllowed);
  const hasSites = await hasSiteAccess();
  getElement("sites-state").textContent = hasSites
    ? "Allowed: claude.ai and the bridge on this computer."
    : "Not allowed. The meter cannot read anything without it.";
  getElement("sites-allow").hidden = hasSites;
}

export function listenForPermissions(render: () => void): void {
  browser.permissions.onAdded.addListener(render);
  browser.permissions.onRemoved.addListener(render);
  getElement("sites-allow").addEventListener("click", () => void requestSiteAccess());
  getElement("notices-test").addEventListener("click", () => void sendTest());
}

async function toNoticeWords(isWanted: boolean, isAllowed: boolean): Promise<string> {
  if (!isAllowed) {
    return isWanted
      ? "The browser's permission was revoked. Switch this on to be asked again."
      : "The browser asks for permission when you switch this on.";
  }
  // Firefox has no such question, and the polyfill's types therefore neither.
  return (await chrome.notifications.getPermissionLevel?.()) === "denied"
    ? "Permission granted, but the browser's or system's settings block notifications."
    : "Permission granted.";
}

async function sendTest(): Promise<void> {
  await showNotice("test", { title: "5-hour: 80 % used", message: "This is a test notification." });
  getElement("notices-tested").textContent = "Sent.";
}
