// What Chrome lets us do, asked for only in answer to a click: notifications, and the two sites.
import { canNotify, showNotice } from "../notices/notice-tray.ts";
import { getElement } from "../popup/element.ts";
import { hasSiteAccess, requestSiteAccess } from "../site-access.ts";
import { getInput } from "./form.ts";

export async function requestNotifications(): Promise<boolean> {
  return await chrome.permissions.request({ permissions: ["notifications"] });
}

/** `isWanted`: as the settings say. The switch shows what is true: both wanted and allowed. */
export async function renderPermissions(isWanted: boolean): Promise<void> {
  const isAllowed = await canNotify();
  getInput("notices-on").checked = isWanted && isAllowed;
  getElement("notices-test").toggleAttribute("disabled", !isAllowed);
  getElement("notices-state").textContent = await toNoticeWords(isWanted, isAllowed);
  const hasSites = await hasSiteAccess();
  getElement("sites-state").textContent = hasSites
    ? "Granted: claude.ai, and the bridge on this computer."
    : "Not granted: without it the meter can read nothing.";
  getElement("sites-allow").hidden = hasSites;
}

export function listenForPermissions(render: () => void): void {
  chrome.permissions.onAdded.addListener(render);
  chrome.permissions.onRemoved.addListener(render);
  getElement("sites-allow").addEventListener("click", () => void requestSiteAccess());
  getElement("notices-test").addEventListener("click", () => void sendTest());
}

async function toNoticeWords(isWanted: boolean, isAllowed: boolean): Promise<string> {
  if (!isAllowed) {
    return isWanted
      ? "The browser's permission was taken back: switch this on again to be asked for it."
      : "The browser asks you for the permission when you switch this on.";
  }
  return (await chrome.notifications.getPermissionLevel()) === "denied"
    ? "The browser gave the permission, but its settings or your system's block notifications."
    : "The browser gave the permission.";
}

async function sendTest(): Promise<void> {
  await showNotice("test", { title: "5-hour: 80 % used", message: "A test: this is how a notification looks." });
  getElement("notices-tested").textContent = "Sent.";
}
