import { EXIT_CODES_HELP } from './exit-codes.ts';

const DETECTOR_OPTIONS = `      --packs LIST      rule packs; default pii,secrets
      --countries LIST  countries whose rules are on as well: de,fr
      --rules FILE      a rule file of your own, in the form of this package or of Presidio; repeatable
      --threshold N     lowest score of a finding, 0 to 1; default 0.5
`;

/** `wiremask --help`. */
export const GENERAL_HELP: string = `wiremask masks sensitive values inside live database traffic.

Usage: wiremask <command> [options]

Commands:
  run      run the proxy until a signal
  check    check a configuration and show what it resolves to
  demo     see masking at work on a small database made for it
  bench    measure what masking costs with a configuration
  scan     look for sensitive values in files or standard input
  rules    list rules, show one, or try rules on their own examples
  explain  say what is found in a text, and why

Options:
  -h, --help     this text; after a command, that command's
  -v, --version  version

${EXIT_CODES_HELP}`;

/** `wiremask <command> --help`. */
export const COMMAND_HELP: Readonly<Record<string, string>> = {
  run: `Usage: wiremask run [-c FILE]

Runs the proxy. SIGINT or SIGTERM stops accepting, lets connections finish for up to 10 seconds, and prints
what was done; a second signal ends at once. SIGHUP does not reload: a new configuration needs a restart.

Options:
  -c, --config FILE  configuration; default wiremask.yaml
  -h, --help         this text

${EXIT_CODES_HELP}`,
  check: `Usage: wiremask check [-c FILE] [--json]

Prints every problem of a configuration with file, line and column, or what each listener resolves to.
Reads the files and environment variables it names; opens no connection.

For completion and checks while you type, begin the file with
  # yaml-language-server: $schema=./node_modules/wiremask/docs/schema/wiremask.schema.json

Options:
  -c, --config FILE  configuration; default wiremask.yaml
      --json         print the result as JSON
  -h, --help         this text

${EXIT_CODES_HELP}`,
  demo: `Usage: wiremask demo [--once] [--port N]

Starts a small PostgreSQL with made-up data in this process and wiremask in front of it, shows the same
queries without and with masking, and stays until Ctrl-C so that you can try your own.
Needs the packages @electric-sql/pglite and @electric-sql/pglite-socket.

Options:
      --once    print and exit
      --port N  port of the masked side; default: a free one
  -h, --help    this text

${EXIT_CODES_HELP}`,
  scan: `Usage: wiremask scan [--format FORMAT] [--packs LIST] [--countries LIST] [--rules FILE]
                     [--threshold N] [--json] [FILE...]

Looks for sensitive values in files, or in standard input, and prints where they are, masked. Names of columns
and keys count as context. Exit code 5 says that something was found.

Options:
      --format FORMAT   text, csv, ndjson, json or sql; default: what the file's name
                        says; for standard input, ndjson if its first line is an object
      --json            print one JSON object per finding
${DETECTOR_OPTIONS}  -h, --help            this text

${EXIT_CODES_HELP}`,
  rules: `Usage: wiremask rules list|show|test [--packs LIST] [--countries LIST] [--rules FILE]
                      [--json] [ID...]

list   ids, entities and titles
show   everything about the rules with these ids
test   try rules on their own examples and counter-examples; without ids, all of them

Options:
      --json            print JSON, one object per rule
${DETECTOR_OPTIONS}  -h, --help            this text

${EXIT_CODES_HELP}`,
  explain: `Usage: wiremask explain [--field NAME] [--packs LIST] [--countries LIST] [--rules FILE]
                        [--threshold N] [--json] [TEXT]

Says what is found in a text, or in standard input, and why: rule, score, validator, context. The text itself
is not printed; offsets are in characters.

Options:
      --field NAME      where the text comes from: public.customers.ssn, user.password
      --json            print one JSON object per finding
${DETECTOR_OPTIONS}  -h, --help            this text

${EXIT_CODES_HELP}`,
  bench: `Usage: wiremask bench [-c FILE] [--sample FILE] [--json] [--floor RATIO] [--baseline FILE]
                      [--seconds N]

Measures what masking costs in memory, as a ratio to copying the same bytes in the same run, on this machine.

Options:
  -c, --config FILE    configuration; default wiremask.yaml
      --sample FILE    rows to replay; default: a built-in sample
      --json           print the result as JSON
      --floor RATIO    fail when all rules together reach less than this ratio to a copy, 0 to 1
      --baseline FILE  compare with an earlier result
      --seconds N      length of each measurement
  -h, --help           this text

${EXIT_CODES_HELP}`,
};
