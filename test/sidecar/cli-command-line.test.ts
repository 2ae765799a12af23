import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../sidecar/command-line.ts';
import type { BenchOptions } from '../../sidecar/commands/bench.ts';
import { fakeDependencies, fakeProcess } from './cli-support.ts';

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { io, output } = fakeProcess();
  const code = await runCommandLine(args, io, fakeDependencies());
  return { code, ...output };
}

describe('runCommandLine', () => {
  test.each(['--help', '-h', 'help'])('%s prints the commands and the exit codes', async (argument) => {
    const { code, stdout, stderr } = await run(argument);
    expect([code, stderr]).toEqual([0, '']);
    for (const word of ['run', 'check', 'demo', 'bench', 'scan', 'rules', 'explain', 'Exit codes:', '130'])
      expect(stdout).toContain(word);
  });

  test.each(['run', 'check', 'demo', 'bench', 'scan', 'rules', 'explain'])(
    '%s --help prints its own usage and does nothing else',
    async (command) => {
      const { code, stdout, stderr } = await run(command, '--help');
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(new RegExp(`^Usage: wiremask ${command} `));
      expect(stdout).toContain('Exit codes:');
    },
  );

  test('every help fits in 110 columns', async () => {
    for (const command of ['', 'run', 'check', 'demo', 'bench', 'scan', 'rules', 'explain']) {
      const { stdout } = await run(...(command === '' ? ['--help'] : [command, '-h']));
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    }
  });

  test.each(['--version', '-v'])('%s prints the version', async (argument) => {
    expect(await run(argument)).toEqual({ code: 0, stdout: 'wiremask 1.2.3\n', stderr: '' });
  });

  test('no command at all is a usage error that prints the help', async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: wiremask <command>');
  });

  test.each([
    [['chek'], 'unknown command "chek": did you mean "check"?', 'wiremask --help'],
    [
      ['constructor'],
      'unknown command "constructor": write one of: run, check, demo, bench, scan, rules, explain',
      'wiremask --help',
    ],
    [
      ['--verbose'],
      'unknown option "--verbose": write one of: run, check, demo, bench, scan, rules, explain',
      'wiremask --help',
    ],
    [['check', '--jsn'], 'unknown option --jsn: did you mean --json?', 'wiremask check --help'],
    [['check', '-x'], 'unknown option -x: write one of: --config, --json, --help', 'wiremask check --help'],
    [['run', '--json'], 'unknown option --json: write one of: --config, --help', 'wiremask run --help'],
    [['run', 'wiremask.yaml'], 'unexpected argument "wiremask.yaml"', 'wiremask run --help'],
    [['run', '-c'], '-c needs a value', 'wiremask run --help'],
    [['run', '--config='], '--config needs a value', 'wiremask run --help'],
    [['check', '-c', '--json'], '-c needs a value', 'wiremask check --help'],
    [['check', '--json=yes'], '--json takes no value', 'wiremask check --help'],
    [['check', '-c', 'a', '--config', 'b'], '--config is given twice', 'wiremask check --help'],
    [['demo', '--port', 'x'], '--port must be a whole number from 0 to 65535', 'wiremask demo --help'],
    [['demo', '--port', '70000'], '--port must be a whole number from 0 to 65535', 'wiremask demo --help'],
    [['demo', '--port', '1.5'], '--port must be a whole number from 0 to 65535', 'wiremask demo --help'],
    [['bench', '--floor', '1.5'], '--floor must be a number from 0 to 1', 'wiremask bench --help'],
    [['bench', '--seconds', ' '], '--seconds must be a number from 0.1 to 3600', 'wiremask bench --help'],
  ])('%j is a usage error', async (args, message, help) => {
    expect(await run(...args)).toEqual({
      code: 2,
      stdout: '',
      stderr: `wiremask: ${message}\nSee ${help}\n`,
    });
  });

  test('bench hands its options on and returns what it is given', async () => {
    const seen: BenchOptions[] = [];
    const runBench = async (options: BenchOptions): Promise<number> => {
      seen.push(options);
      return 1;
    };
    const { io } = fakeProcess();
    const args =
      'bench -c my.yaml --sample rows.bin --json --floor 0.5 --baseline old.json --seconds 2'.split(' ');
    expect(await runCommandLine(args, io, fakeDependencies({ runBench }))).toBe(1);
    expect(await runCommandLine(['bench'], io, fakeDependencies({ runBench }))).toBe(1);
    expect(seen).toEqual([
      { config: 'my.yaml', sample: 'rows.bin', isJson: true, floor: 0.5, baseline: 'old.json', seconds: 2 },
      {
        config: 'wiremask.yaml',
        sample: undefined,
        isJson: false,
        floor: undefined,
        baseline: undefined,
        seconds: undefined,
      },
    ]);
  });

  test('a failure that is not about usage is not called one', async () => {
    const { io, output } = fakeProcess();
    await expect(runCommandLine(['bench'], io, fakeDependencies())).rejects.toThrow('must not need');
    expect(output.stderr).toBe('');
  });
});
