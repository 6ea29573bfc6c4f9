// Where each Chromium-family browser looks for native messaging hosts. Sources: Chrome's native messaging page, and the
// installers of KeePassXC and ten others that agree on Arc and Opera.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Folders below ~/.config, and the programs that a browser may be started by. */
const onLinux = [
  { folder: "google-chrome", programs: ["google-chrome", "google-chrome-stable"] },
  { folder: "google-chrome-beta", programs: ["google-chrome-beta"] },
  { folder: "google-chrome-unstable", programs: ["google-chrome-unstable"] },
  { folder: "google-chrome-canary", programs: ["google-chrome-canary"] },
  { folder: "chromium", programs: ["chromium"] },
  { folder: "BraveSoftware/Brave-Browser", programs: ["brave-browser"] },
  { folder: "BraveSoftware/Brave-Browser-Beta", programs: ["brave-browser-beta"] },
  { folder: "BraveSoftware/Brave-Browser-Nightly", programs: ["brave-browser-nightly"] },
  { folder: "microsoft-edge", programs: ["microsoft-edge", "microsoft-edge-stable"] },
  { folder: "microsoft-edge-beta", programs: ["microsoft-edge-beta"] },
  { folder: "microsoft-edge-dev", programs: ["microsoft-edge-dev"] },
  { folder: "vivaldi", programs: ["vivaldi", "vivaldi-stable"] },
  { folder: "opera", programs: ["opera"] },
  { folder: "opera-beta", programs: ["opera-beta"] },
  { folder: "opera-developer", programs: ["opera-developer"] },
] as const;

/** Folders below ~/Library/Application Support, and the names of the applications. */
const onMac = [
  { folder: "Google/Chrome", application: "Google Chrome" },
  { folder: "Google/Chrome Beta", application: "Google Chrome Beta" },
  { folder: "Google/Chrome Dev", application: "Google Chrome Dev" },
  { folder: "Google/Chrome Canary", application: "Google Chrome Canary" },
  { folder: "Chromium", application: "Chromium" },
  { folder: "BraveSoftware/Brave-Browser", application: "Brave Browser" },
  { folder: "BraveSoftware/Brave-Browser-Beta", application: "Brave Browser Beta" },
  { folder: "BraveSoftware/Brave-Browser-Nightly", application: "Brave Browser Nightly" },
  { folder: "Microsoft Edge", application: "Microsoft Edge" },
  { folder: "Microsoft Edge Beta", application: "Microsoft Edge Beta" },
  { folder: "Microsoft Edge Dev", application: "Microsoft Edge Dev" },
  { folder: "Microsoft Edge Canary", application: "Microsoft Edge Canary" },
  { folder: "Arc/User Data", application: "Arc" },
  { folder: "Vivaldi", application: "Vivaldi" },
  { folder: "com.operasoftware.Opera", application: "Opera" },
  { folder: "com.operasoftware.OperaNext", application: "Opera Beta" },
  { folder: "com.operasoftware.OperaDeveloper", application: "Opera Developer" },
  { folder: "com.operasoftware.OperaGX", application: "Opera GX" },
] as const;

/** Below HKCU\Software on Windows; Brave, Vivaldi and Opera read Chrome's key. */
export const registryKeys = {
  Chrome: "Google\\Chrome\\NativeMessagingHosts",
  Chromium: "Chromium\\NativeMessagingHosts",
  Edge: "Microsoft\\Edge\\NativeMessagingHosts",
} as const;

/** Folders for native messaging host manifests of the browsers that this user has, or has installed and not started yet. */
export function findHostFolders(environment: Environment = process.env, platform: string = process.platform): string[] {
  const base = toConfigFolder(environment, platform);
  return findBrowserFolders(environment, platform).map((folder) => join(base, folder, "NativeMessagingHosts"));
}

/** Below the folder where browsers keep theirs; none on Windows, where the registry stands for them. */
export function findBrowserFolders(
  environment: Environment = process.env,
  platform: string = process.platform,
): string[] {
  const base = toConfigFolder(environment, platform);
  const browsers = platform === "linux" ? onLinux : platform === "darwin" ? onMac : [];
  return browsers
    .filter((browser) => existsSync(join(base, browser.folder)) || isInstalled(browser, environment))
    .map(({ folder }) => folder);
}

/** Where browsers keep their folders: what is above them is not ours to remove. */
export function toConfigFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const home = environment["HOME"] || homedir();
  if (platform === "darwin") return join(home, "Library", "Application Support");
  return environment["XDG_CONFIG_HOME"] || join(home, ".config");
}

/** Names of the installed applications on macOS, the most used first. */
export function findInstalledApplications(environment: Environment = process.env): string[] {
  return onMac.filter((browser) => isInstalled(browser, environment)).map(({ application }) => application);
}

function isInstalled(browser: (typeof onLinux)[number] | (typeof onMac)[number], environment: Environment): boolean {
  if ("application" in browser) {
    const folders = ["/Applications", join(environment["HOME"] || homedir(), "Applications")];
    return folders.some((folder) => existsSync(join(folder, `${browser.application}.app`)));
  }
  // A browser from snap cannot start a native host, and keeps its profile elsewhere.
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith("/snap/"));
  return browser.programs.some((program) => folders.some((folder) => existsSync(join(folder, program))));
}
