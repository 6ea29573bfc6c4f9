// Does nothing by itself: the attacks are evaluated in it (test/e2e/attackers/extension-senders.ts).
chrome.runtime.onInstalled.addListener(() => {});
