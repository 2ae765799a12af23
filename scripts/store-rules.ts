// A step of the build: reads the rule files of the package and stores what they come to as JSON in
// dist/rules/, because reading 650 KB of YAML would take most of the time a start may take.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readRuleFile } from '../src/detect/rule-file.ts';
import { storeDrafts } from '../src/detect/stored-drafts.ts';
import { PolicyError, type PolicyProblem } from '../src/errors.ts';
import { listYamlFiles } from './yaml-files.ts';

// This file runs as dist/scripts/store-rules.js.
const packageFolder = fileURLToPath(new URL('../../', import.meta.url));
const from = join(packageFolder, 'rules');
const to = join(packageFolder, 'dist', 'rules');

rmSync(to, { recursive: true, force: true });
const problems: PolicyProblem[] = [];
for (const path of listYamlFiles(from)) {
  const file = relative(from, path).split(sep).join('/');
  const pack = file.split('/')[0] as string;
  const drafts = readRuleFile({ pack, file, text: readFileSync(path, 'utf8') }, problems);
  const target = join(to, file.replace(/\.yaml$/, '.json'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, storeDrafts(drafts));
}
if (problems.length > 0) throw new PolicyError(problems, 'WIREMASK_ERR_RULE_FILE');
