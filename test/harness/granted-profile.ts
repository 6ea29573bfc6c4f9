// A browser profile whose user allowed the extension's notifications once and took that back: then they are allowed again
// without a question. The question itself is a dialog of the browser, which no test can answer.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import manifest from "../../manifest.json" with { type: "json" };
import { EXTENSION_ID } from "../../shared/protocol.ts";
import { createFolder } from "./folder.ts";

export async function createGrantedProfile(): Promise<string> {
  const profile = await createFolder();
  const active = {
    api: manifest.permissions,
    explicit_host: manifest.host_permissions,
    manifest_permissions: [],
    scriptable_host: [],
  };
  const granted = { ...active, api: [...manifest.permissions, ...manifest.optional_permissions] };
  const settings = { active_permissions: active, granted_permissions: granted, runtime_granted_permissions: granted };
  await mkdir(join(profile, "Default"));
  const preferences = { extensions: { settings: { [EXTENSION_ID]: settings } } };
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  return profile;
}
