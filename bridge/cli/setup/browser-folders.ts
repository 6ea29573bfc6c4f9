// Where each Chromium-family browser looks for native messaging hosts. Sources: Chrome's native messaging page, and the
// installers of KeePassXC and ten others that agree on Arc and Opera.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Below ~/.config on Linux and ~/Library/Application Support on macOS. */
const folders = {
  linux: {
    Chrome: "google-chrome",
    "Chrome Beta": "google-chrome-beta",
    Chromium: "chromium",
    Brave: "BraveSoftware/Brave-Browser",
    Edge: "microsoft-edge",
    Vivaldi: "vivaldi",
    Opera: "opera",
  },
  darwin: {
    Chrome: "Google/Chrome",
    "Chrome Beta": "Google/Chrome Beta",
    Chromium: "Chromium",
    Brave: "BraveSoftware/Brave-Browser",
    Edge: "Microsoft Edge",
    Arc: "Arc/User Data",
    Vivaldi: "Vivaldi",
    Opera: "com.operasoftware.Opera",
  },
} as const;

/** Below HKCU\Software on Windows; Brave, Vivaldi and Opera read Chrome's key. */
export const registryKeys = {
  Chrome: "Google\\Chrome\\NativeMessagingHosts",
  Chromium: "Chromium\\NativeMessagingHosts",
  Edge: "Microsoft\\Edge\\NativeMessagingHosts",
} as const;

/** Folders for native messaging host manifests of the browsers that this user has. */
export function findHostFolders(environment?: Environment, platform?: string): string[] {
  return findBrowsers(environment, platform).map(({ hostFolder }) => hostFolder);
}

/** The browsers that this user has in their usual places; none on Windows, where the registry stands for them. */
export function findBrowsers(
  environment: Environment = process.env,
  platform: string = process.platform,
): { name: string; hostFolder: string }[] {
  if (platform !== "linux" && platform !== "darwin") return [];
  const home = environment["HOME"] || homedir();
  const base =
    platform === "linux"
      ? environment["XDG_CONFIG_HOME"] || join(home, ".config")
      : join(home, "Library", "Application Support");
  return Object.entries(folders[platform])
    .filter(([, folder]) => existsSync(join(base, folder)))
    .map(([name, folder]) => ({ name, hostFolder: join(base, folder, "NativeMessagingHosts") }));
}
