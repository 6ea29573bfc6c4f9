// In Node there is no extension: webextension-polyfill only loads where one is, and then gives what stands here. The
// unit tests hand in whatever they ask for and never call it.
const extension = { runtime: { id: "unit-test" } };
Object.assign(globalThis, { chrome: extension, browser: extension });
