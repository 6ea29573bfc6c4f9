// The service worker: a list of listeners, all added in the first tick, because Chrome wakes the worker for them.
import browser from "webextension-polyfill";
import "./no-eval.ts";
import { ALARM_NAME, ensureAlarm } from "./alarm.ts";
import { messageSchema } from "./messages.ts";
import { repaintBadge, runMeter } from "./meter.ts";
import { listenForClicks } from "./notices/notice-tray.ts";
import { onSettings } from "./settings.ts";
import { createSignInWatch } from "./sign-in-watch.ts";
import { onMeterState, readMeterState } from "./storage.ts";

browser.alarms.onAlarm.addListener((alarm) => {
  if (alarm.name === ALARM_NAME) void runMeter("alarm");
});

browser.runtime.onStartup.addListener(() => void runMeter("catch-up"));

browser.permissions.onAdded.addListener(() => {
  listenForClicks();
  void runMeter("refresh");
});
browser.permissions.onRemoved.addListener(() => void runMeter("refresh"));

browser.runtime.onMessage.addListener((message, _sender, sendResponse) => {
  const read = messageSchema.safeParse(message);
  const done = read.success ? runMeter(read.data.ask) : Promise.resolve();
  // Also after a defect: the page that asked must not wait forever.
  void done.finally(() => sendResponse(undefined));
  return true;
});

const signInWatch = createSignInWatch(() => runMeter("sign-in"));
signInWatch.start();
onMeterState(signInWatch.see);
void readMeterState().then(signInWatch.see);

onSettings(() => void repaintBadge());
listenForClicks();

void ensureAlarm();
