// Every way we know to write our own Host, or one that a browser, a resolver or a careless check takes for it.

/** Not the exact one, and none that HTTP itself reads as the exact one. */
export function hostSpellings(port: number): string[] {
  return [
    ...["127.1", "127.0.1", "127.0.0.01", "0127.0.0.1", "127.0.0.1.", "127.0.0.2", "127.0.0.0", "127.127.127.127"],
    ...["0x7f.1", "0x7f000001", "0x7f.0.0.1", "0X7F.0.0.1", "2130706433", "017700000001", "0177.0.0.1", "127.0.0.0x1"],
    ...["0", "0.0.0.0", "localhost", "localhost.", "LOCALHOST", "LocalHost", "localhost.localdomain", "loopback"],
    ...["[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "::1", "[::1%lo]"],
    ...["127.0.0.1.nip.io", "localtest.me", "rebind.evil.test", "evil.test", "claude.ai", "claude-meter.sock"],
    ...["127.0.0.1@evil.test", "user@127.0.0.1", "user:password@127.0.0.1", "evil.test#127.0.0.1"],
    ...["http://127.0.0.1", "//127.0.0.1", "127.0.0.1/", "127.0.0.1\\", "127。0。0。1", "１２７.0.0.1", "127.0.0.1%00"],
  ]
    .map((name) => `${name}:${port}`)
    .concat([
      "",
      "*",
      "127.0.0.1",
      "127.0.0.1:",
      `127.0.0.1:0${port}`,
      `127.0.0.1:+${port}`,
      `127.0.0.1: ${port}`,
      `127.0.0.1 :${port}`,
      `127.0.0.1:${port} 1`,
      `127.0.0.1:${port}0`,
      `127.0.0.1:${Math.trunc(port / 10)}`,
      `127.0.0.1:${port}:${port}`,
      `127.0.0.1:${port}.`,
      `127.0.0.1:${port}/`,
      `127.0.0.1:${port}/hello`,
      `127.0.0.1:${port}?`,
      `127.0.0.1:${port}#`,
      `127.0.0.1:${port}, evil.test`,
      `evil.test, 127.0.0.1:${port}`,
      `127.0.0.1:${port}, 127.0.0.1:${port}`,
      `127.0.0.1:${port},`,
      `127.0.0.1:${port};`,
      `127.0.0.1:${port}@evil.test`,
      `127.0.0.1:${port}.evil.test`,
      `evil.test:${port}`,
      `evil.test?127.0.0.1:${port}`,
      `"127.0.0.1:${port}"`,
      `127.0.0.1:0x${port.toString(16)}`,
      `127.0.0.1:80`,
    ]);
}
