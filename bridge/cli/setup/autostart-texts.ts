// What each platform's session manager wants to read so that it runs a script at login. Pure.
import { NATIVE_HOST_NAME } from "../../../shared/native-message.ts";

/** launchd's name for the job; in the same space as those of other programs. */
export const LAUNCH_LABEL = NATIVE_HOST_NAME;

const WORDS = "claude-meter: starts the bridge at login";

/** forking: the script ends when the bridge answers, and the bridge stays. */
export function toSystemdUnit(scriptPath: string): string {
  return [
    "[Unit]",
    `Description=${WORDS}`,
    "",
    "[Service]",
    "Type=forking",
    // A program's own path may hold no quotes; an argument may, and behind the colon also a dollar sign.
    `ExecStart=:/bin/sh "${escapeForSystemd(scriptPath)}"`,
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ].join("\n");
}

/** https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html#Quoting */
function escapeForSystemd(path: string): string {
  return path.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("%", "%%");
}

/** AbandonProcessGroup: the bridge outlives the script that started it. */
export function toLaunchAgent(scriptPath: string): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    "<dict>",
    "  <key>Label</key>",
    `  <string>${LAUNCH_LABEL}</string>`,
    "  <key>ProgramArguments</key>",
    "  <array>",
    `    <string>${escapeForXml(scriptPath)}</string>`,
    "  </array>",
    "  <key>RunAtLoad</key>",
    "  <true/>",
    "  <key>AbandonProcessGroup</key>",
    "  <true/>",
    "</dict>",
    "</plist>",
    "",
  ].join("\n");
}

/** For `user` as `domain\name`: a task for every user would need an administrator. */
export function toScheduledTask(scriptPath: string, user: string): string {
  const userId = `<UserId>${escapeForXml(user)}</UserId>`;
  return [
    '<?xml version="1.0" encoding="UTF-16"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    `  <RegistrationInfo><Description>${WORDS}</Description></RegistrationInfo>`,
    `  <Triggers><LogonTrigger><Enabled>true</Enabled>${userId}</LogonTrigger></Triggers>`,
    "  <Principals>",
    `    <Principal id="Author">${userId}<LogonType>InteractiveToken</LogonType></Principal>`,
    "  </Principals>",
    "  <Settings>",
    "    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>",
    "    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>",
    "    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>",
    "  </Settings>",
    `  <Actions Context="Author"><Exec><Command>"${escapeForXml(scriptPath)}"</Command></Exec></Actions>`,
    "</Task>",
    "",
  ].join("\r\n");
}

function escapeForXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
