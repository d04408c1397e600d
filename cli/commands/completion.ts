import { onlyPositional } from '../api-client.ts';
import { type Command, UsageError } from '../command.ts';

/** Options that every command has. */
const COMMON: Command['options'] = { help: { type: 'boolean' }, json: { type: 'boolean' } };

const SHELLS: Readonly<Record<string, (commands: readonly Command[]) => string>> = { bash, zsh, fish };

/** Command that prints what makes a shell complete `media`. `commands`: all others. */
export function completionOf(commands: readonly Command[]): Command {
  const shells = Object.keys(SHELLS).join('|');
  const command: Command = {
    name: 'completion',
    usage: shells,
    summary: 'Print what makes a shell complete the commands and options of `media`',
    examples: [
      'eval "$(media completion bash)"    # in ~/.bashrc',
      'eval "$(media completion zsh)"     # in ~/.zshrc, after compinit',
      'media completion fish > ~/.config/fish/completions/media.fish',
    ],
    options: {},
    async run(context) {
      const shell = onlyPositional(context, 'shell');
      const write = SHELLS[shell];
      if (!write) throw new UsageError(`Expected one of ${shells.replaceAll('|', ', ')}, got ${shell}.`);
      context.print(write([...commands, command]));
      return 0;
    },
  };
  return command;
}

const optionsOf = ({ options }: Command) =>
  Object.entries<Command['options'][string]>({ ...options, ...COMMON });
const flagsOf = (command: Command) => optionsOf(command).map(([name]) => `--${name}`);

/** After a command, options where a `-` begins the word, else files: most commands take them. */
function bash(commands: readonly Command[]): string {
  return `_media() {
  local word=\${COMP_WORDS[COMP_CWORD]} options=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} help" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map((command) => `    ${command.name}) options="${flagsOf(command).join(' ')}" ;;`).join('\n')}
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=() ;;
  esac
}
complete -o default -F _media media`;
}

function zsh(commands: readonly Command[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
}

function fish(commands: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, (sign) => `\\${sign}`)}'`;
  const isFirst = "-n '__fish_use_subcommand'";
  return commands
    .flatMap((command) => [
      `complete -c media ${isFirst} -f -a ${command.name} -d ${quoted(command.summary)}`,
      ...optionsOf(command).map(([name, { type }]) =>
        [
          `complete -c media -n '__fish_seen_subcommand_from ${command.name}' -l ${name}`,
          ...(type === 'string' ? ['-r'] : []),
        ].join(' '),
      ),
    ])
    .join('\n');
}
