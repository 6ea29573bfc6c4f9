// Where each browser looks for native messaging hosts. Sources: Chrome's and Mozilla's native messaging pages, and the
// installers of KeePassXC and ten others that agree on Arc and Opera.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** They differ in the form of the manifest, and in whom it names. */
export type Family = "chromium" | "firefox";
export type HostFolder = { path: string; family: Family };

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

/** Profiles are below ~/.config/mozilla since Firefox 147, but for who had them below ~/.mozilla; hosts stay below ~/.mozilla. */
const firefoxOnLinux = {
  programs: ["firefox", "firefox-esr", "firefox-developer-edition", "firefox-nightly"],
  hosts: [".mozilla", "native-messaging-hosts"],
} as const;

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

const firefoxOnMac = {
  applications: ["Firefox", "Firefox Developer Edition", "Firefox Nightly"],
  hosts: ["Mozilla", "NativeMessagingHosts"],
} as const;

/** Below HKCU\Software on Windows; Brave, Vivaldi and Opera read Chrome's key. */
export const registryKeys: readonly { key: string; family: Family }[] = [
  { key: "Google\\Chrome\\NativeMessagingHosts", family: "chromium" },
  { key: "Chromium\\NativeMessagingHosts", family: "chromium" },
  { key: "Microsoft\\Edge\\NativeMessagingHosts", family: "chromium" },
  { key: "Mozilla\\NativeMessagingHosts", family: "firefox" },
];

/** What is known of a browser on this computer; `name` is what doctor calls it. */
type Browser = { name: string; family: Family; profiles: readonly string[]; hosts: string; isInstalled: boolean };

/** Folders for native messaging host manifests of the browsers that this user has, or has installed and not started yet. */
export function findHostFolders(
  environment: Environment = process.env,
  platform: string = process.platform,
): HostFolder[] {
  return findBrowsers(environment, platform).map(({ hosts, family }) => ({ path: hosts, family }));
}

/** None on Windows, where the registry stands for them. */
export function findBrowserNames(
  environment: Environment = process.env,
  platform: string = process.platform,
): string[] {
  return findBrowsers(environment, platform).map(({ name }) => name);
}

/** Where browsers keep their folders. */
export function toConfigFolder(environment: Environment = process.env, platform: string = process.platform): string {
  const home = toHome(environment);
  if (platform === "darwin") return join(home, "Library", "Application Support");
  return environment["XDG_CONFIG_HOME"] || join(home, ".config");
}

/** What is above the browser's own folders, for a manifest in one of them; undefined for any other file. */
export function toBaseFolder(
  manifest: string,
  environment: Environment = process.env,
  platform: string = process.platform,
): string | undefined {
  const folder = basename(dirname(manifest));
  if (folder === "NativeMessagingHosts") return toConfigFolder(environment, platform);
  return folder === "native-messaging-hosts" ? toHome(environment) : undefined;
}

/** Of a browser that keeps its profiles elsewhere: Firefox and its kin list them in one file. */
export function toHostFolder(userDataFolder: string): HostFolder {
  return existsSync(join(userDataFolder, "profiles.ini"))
    ? { path: join(userDataFolder, "native-messaging-hosts"), family: "firefox" }
    : { path: join(userDataFolder, "NativeMessagingHosts"), family: "chromium" };
}

/** Names of the installed applications of the Chromium family on macOS, the most used first. */
export function findInstalledApplications(environment: Environment = process.env): string[] {
  return onMac.map(({ application }) => application).filter((each) => hasApplication(each, environment));
}

function findBrowsers(environment: Environment, platform: string): Browser[] {
  const all = platform === "linux" ? listOnLinux(environment) : platform === "darwin" ? listOnMac(environment) : [];
  return all.filter(({ profiles, isInstalled }) => isInstalled || profiles.some((folder) => existsSync(folder)));
}

function listOnLinux(environment: Environment): Browser[] {
  const base = toConfigFolder(environment, "linux");
  const home = toHome(environment);
  const hasProgram = (names: readonly string[]) => names.some((name) => isOnPath(name, environment));
  const { programs, hosts } = firefoxOnLinux;
  return [
    ...onLinux.map((each) => ({ ...toChromium(base, each.folder), isInstalled: hasProgram(each.programs) })),
    {
      name: "firefox",
      family: "firefox",
      profiles: [join(home, ".mozilla", "firefox"), join(base, "mozilla", "firefox")],
      hosts: join(home, ...hosts),
      isInstalled: hasProgram(programs),
    },
  ];
}

function listOnMac(environment: Environment): Browser[] {
  const base = toConfigFolder(environment, "darwin");
  const { applications, hosts } = firefoxOnMac;
  return [
    ...onMac.map(({ folder, application }) => ({
      ...toChromium(base, folder),
      isInstalled: hasApplication(application, environment),
    })),
    {
      name: "Firefox",
      family: "firefox",
      profiles: [join(base, "Firefox")],
      hosts: join(base, ...hosts),
      isInstalled: applications.some((each) => hasApplication(each, environment)),
    },
  ];
}

function toChromium(base: string, folder: string): Omit<Browser, "isInstalled"> {
  const profiles = join(base, folder);
  return { name: folder, family: "chromium", profiles: [profiles], hosts: join(profiles, "NativeMessagingHosts") };
}

function toHome(environment: Environment): string {
  return environment["HOME"] || homedir();
}

function hasApplication(name: string, environment: Environment): boolean {
  const folders = ["/Applications", join(toHome(environment), "Applications")];
  return folders.some((folder) => existsSync(join(folder, `${name}.app`)));
}

/** A browser from snap cannot start a native host, and keeps its profile elsewhere. */
function isOnPath(program: string, environment: Environment): boolean {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith("/snap/"));
  return folders.some((folder) => existsSync(join(folder, program)));
}
