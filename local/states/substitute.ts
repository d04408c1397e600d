/** Fields of the Amazon States Language and of RunTask whose values are numbers. */
const NUMBERS = /"(MaxAttempts)":\s*"(\d+)"/g;

/**
 * Replaces `${name}` placeholders in a definition or pattern, as Terraform's templatefile() does.
 * Placeholders are inside strings, so that the file is JSON before it is rendered; the fields that
 * take numbers lose their quotes, as in terraform/state_machine.tf. Throws on a name without a value.
 */
export function substitute(text: string, values: Readonly<Record<string, string>>): string {
  const rendered = text.replaceAll(/\$\{(\w+)\}/g, (_placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`Expected a value for the placeholder \${${name}}, got none`);
    return JSON.stringify(value).slice(1, -1);
  });
  return rendered.replaceAll(NUMBERS, '"$1": $2');
}
