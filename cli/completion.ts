import { Argument, type Command } from 'commander';

/** What can come behind a command: its subcommands and options, and the words that an option or an argument has to be. */
interface Place {
  /** `wonce deals list` */
  path: string;
  words: string[];
  options: { flag: string; takesValue: boolean; choices: readonly string[] }[];
}

const SHELLS = { bash: forBash, zsh: forZsh, fish: forFish } as const;

/** `wonce completion`: a script for a shell, made of the commands as they are. To be added last. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, options and choices: source it in your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SHELLS)))
    .action((shell: keyof typeof SHELLS) => {
      process.stdout.write(SHELLS[shell](placesOf(program, program.name())));
    });
}

function placesOf(command: Command, path: string): Place[] {
  const options = command.options.map((option) => ({
    flag: option.long ?? option.short ?? '',
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  }));
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [...command.commands.map((one) => one.name()), ...choices];
  const help = { flag: '--help', takesValue: false, choices: [] };
  return [
    { path, words, options: [...options, help] },
    ...command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`)),
  ];
}

/** All of these are words of ours, without blanks and quotes. */
const paths = (places: readonly Place[]) => places.map(({ path }) => `'${path}'`).join('|');
const wordsAt = ({ words, options }: Place) => [...words, ...options.map(({ flag }) => flag)].join(' ');
const withChoices = (places: readonly Place[]) =>
  places.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => ({ at: `${path} ${flag}`, choices: choices.join(' ') })),
  );

function forBash(places: readonly Place[]): string {
  const reply = (words: string) => `COMPREPLY=($(compgen -W '${words}' -- "$word"))`;
  return [
    '# Completion of wonce for bash. Load it with: source <(wonce completion bash)',
    '_wonce() {',
    '  local word="${COMP_WORDS[COMP_CWORD]}" place=wonce index',
    '  for ((index = 1; index < COMP_CWORD; index++)); do',
    '    case "$place ${COMP_WORDS[index]}" in',
    `      ${paths(places)}) place="$place \${COMP_WORDS[index]}" ;;`,
    '    esac',
    '  done',
    '  case "$place ${COMP_WORDS[COMP_CWORD - 1]}" in',
    ...withChoices(places).map(({ at, choices }) => `    '${at}') ${reply(choices)}; return ;;`),
    '  esac',
    '  case "$place" in',
    ...places.map((place) => `    '${place.path}') ${reply(wordsAt(place))} ;;`),
    '  esac',
    '}',
    '# Where nothing fits, a file may be meant.',
    'complete -o default -F _wonce wonce',
    '',
  ].join('\n');
}

function forZsh(places: readonly Place[]): string {
  return [
    '#compdef wonce',
    '# Completion of wonce for zsh. Load it with: source <(wonce completion zsh)',
    '_wonce() {',
    '  local place=wonce word',
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    '    case "$place $word" in',
    `      ${paths(places)}) place="$place $word" ;;`,
    '    esac',
    '  done',
    '  case "$place ${words[CURRENT-1]}" in',
    ...withChoices(places).map(({ at, choices }) => `    '${at}') compadd -- ${choices}; return ;;`),
    '  esac',
    '  case "$place" in',
    ...places.map((place) => `    '${place.path}') compadd -- ${wordsAt(place)} ;;`),
    '  esac',
    '  _files',
    '}',
    'compdef _wonce wonce',
    '',
  ].join('\n');
}

function forFish(places: readonly Place[]): string {
  return [
    '# Completion of wonce for fish. Load it with: wonce completion fish | source',
    'function __wonce_at',
    '  set -l place wonce',
    '  for word in (commandline -opc)[2..-1]',
    '    switch "$place $word"',
    `      case ${places.map(({ path }) => `'${path}'`).join(' ')}`,
    '        set place "$place $word"',
    '    end',
    '  end',
    '  test "$place" = "$argv[1]"',
    'end',
    ...places.flatMap(({ path, words, options }) => {
      const at = `complete -c wonce -n "__wonce_at '${path}'"`;
      return [
        ...(words.length === 0 ? [] : [`${at} -f -a '${words.join(' ')}'`]),
        ...options
          .filter(({ flag }) => flag.startsWith('--'))
          .map(({ flag, takesValue, choices }) => {
            const value = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r' : '';
            return `${at} -l ${flag.slice(2)}${value}`;
          }),
      ];
    }),
    '',
  ].join('\n');
}
