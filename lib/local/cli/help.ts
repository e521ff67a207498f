import { SHARED_OPTIONS } from './command.js';
import type { Command, CommandOption } from './command.js';
import { COMMANDS } from './commands.js';

/** The help of the command line. */
export async function overview(): Promise<string[]> {
  const rows = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => {
      const { positionals, summary } = await load();
      return [`${name} ${positionals}`.trimEnd(), summary] as const;
    }),
  );
  return [
    'usage: nestjs-durable <command> [options]',
    '',
    ...aligned(rows),
    '',
    'examples:',
    '  nestjs-durable dev --function order=./dist/lambda.js#handler',
    `  nestjs-durable start order --input '{"id":7}' --wait`,
    '  nestjs-durable list --status running',
    '',
    'nestjs-durable <command> --help lists the options of a command, with examples; nestjs-durable --version prints the version.',
  ];
}

/** The help of a command. */
export function usageOf(name: string, { summary, positionals, options, examples = [] }: Command): string[] {
  return [
    `usage: nestjs-durable ${`${name} ${positionals}`.trimEnd()} [options]`,
    '',
    `  ${summary}`,
    '',
    ...aligned(Object.entries({ ...options, ...SHARED_OPTIONS }).map(optionRow)),
    ...(examples.length > 0 ? ['', 'examples:', ...examples.map((example) => `  ${example}`)] : []),
  ];
}

function optionRow([name, { value, description }]: [string, CommandOption]): readonly [string, string] {
  return [value === undefined ? `--${name}` : `--${name} ${value}`, description];
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
