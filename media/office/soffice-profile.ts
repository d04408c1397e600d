const SCRIPTING = '/org.openoffice.Office.Common/Security/Scripting';
const PROXY = '/org.openoffice.Inet/Settings';

type Setting = readonly [path: string, name: string, value: string];

/**
 * Settings for a LibreOffice that converts untrusted documents. A version ignores names that it
 * does not know yet (7.4: DisableActiveContent, DisablePythonRuntime).
 */
const SETTINGS: readonly Setting[] = [
  [SCRIPTING, 'DisableMacrosExecution', 'true'],
  [SCRIPTING, 'MacroSecurityLevel', '3'],
  [SCRIPTING, 'DisableActiveContent', 'true'],
  [SCRIPTING, 'DisablePythonRuntime', 'true'],
  // A document may reference files and URLs only if its own location is trusted; no location is.
  [SCRIPTING, 'BlockUntrustedRefererLinks', 'true'],
  [SCRIPTING, 'CheckDocumentEvents', 'true'],
  // Both mean "never": Writer numbers never, on request, always; Calc always, never, on request.
  ['/org.openoffice.Office.Writer/Content/Update', 'Link', '0'],
  ['/org.openoffice.Office.Calc/Content/Update', 'Link', '1'],
  // This machine's discard port: should anything get past the other settings, nothing answers.
  [PROXY, 'ooInetProxyType', '2'],
  [PROXY, 'ooInetNoProxy', ''],
  [PROXY, 'ooInetHTTPProxyName', '127.0.0.1'],
  [PROXY, 'ooInetHTTPProxyPort', '9'],
  [PROXY, 'ooInetHTTPSProxyName', '127.0.0.1'],
  [PROXY, 'ooInetHTTPSProxyPort', '9'],
  [PROXY, 'ooInetFTPProxyName', '127.0.0.1'],
  [PROXY, 'ooInetFTPProxyPort', '9'],
  // A profile that an older version used last makes LibreOffice test its graphics, for six times as
  // long as it needs for a short text. An empty profile counts as older; this one as newer than any.
  ['/org.openoffice.Setup/Product', 'ooSetupLastVersion', '99.9'],
];

/** Returns the content of `user/registrymodifications.xcu` for a fresh profile. */
export function profileSettings(): string {
  const items = SETTINGS.map(
    ([path, name, value]) =>
      `<item oor:path="${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${items.join('\n')}
</oor:items>
`;
}
