import type { SourceFile } from './source-files.ts';

// Who may import whom, from ARCHITECTURE.md. Every folder may import itself and src/errors.ts.
const layers: Readonly<Record<string, readonly string[]>> = {
  'src/bytes': [],
  'src/scan': [],
  'src/wire/postgres': ['src/bytes'],
  'src/wire/json': ['src/bytes'],
  'src/wire/http': ['src/bytes'],
  'src/detect': ['src/scan'],
  'src/mask': ['src/detect'],
  'src/sql': [],
  'src/policy': ['src/detect', 'src/mask'],
  'src/session': [
    'src/bytes',
    'src/scan',
    'src/wire/postgres',
    'src/wire/json',
    'src/wire/http',
    'src/sql',
    'src/policy',
    'src/mask',
    'src/detect',
  ],
  'src/stream': ['src/session'],
};

// The top of the library, which puts the layers together, and the bottom, which everybody may know.
const top = [
  'src/index.ts',
  'src/masker.ts',
  'src/detector.ts',
  'src/load-engine.ts',
  'src/rule-pack-files.ts',
];
const bottom = 'src/errors.ts';

const sessionTypes = [
  'src/session/masking-session.ts',
  'src/session/mask-report.ts',
  'src/session/http/body-masker.ts',
  'src/session/http/response-masker.ts',
  'src/session/http/error-response.ts',
];

// Modules without I/O. node:stream is for wrappers only, which may tell a socket from other streams as well;
// the one file that reads packaged rules is free.
const nodeModules: readonly string[] = ['node:assert', 'node:assert/strict', 'node:buffer', 'node:crypto'];
// Content codings: called synchronously, on bytes.
const zlibFolder = 'src/session/http/';
const streamModules: readonly string[] = ['node:stream', 'node:stream/web', 'node:net'];
const fileReader = 'src/rule-pack-files.ts';

/** Sentences on imports that break the layers. */
export function layerProblems(file: SourceFile): readonly string[] {
  const problems = file.imports.map(({ specifier, path }) =>
    path === undefined ? packageProblem(file.path, specifier) : relativeProblem(file.path, path),
  );
  return problems.filter((problem) => problem !== undefined);
}

function packageProblem(from: string, specifier: string): string | undefined {
  if (!from.startsWith('src/')) return undefined;
  if (specifier === 'wiremask' || specifier.startsWith('wiremask/')) {
    return `${from} imports ${specifier}: src/ imports itself by relative path`;
  }
  if (!specifier.startsWith('node:') || from === fileReader || nodeModules.includes(specifier))
    return undefined;
  if (from.startsWith(zlibFolder) && specifier === 'node:zlib') return undefined;
  if (from.startsWith('src/stream/') && streamModules.includes(specifier)) return undefined;
  return `${from} imports ${specifier}: src/ opens no socket, reads no file and starts no timer`;
}

function relativeProblem(from: string, to: string): string | undefined {
  const outside = from.split('/')[0] as string;
  if (outside === 'test') return undefined;
  if (outside !== 'src') {
    // A layer is measured by itself, so the measures reach into everything.
    if (outside === 'bench' && /^(src|sidecar)\//.test(to)) return undefined;
    // Steps of the build run what they build.
    if (outside === 'scripts' && to.startsWith('src/')) return undefined;
    if (to.startsWith(`${outside}/`)) return undefined;
    return `${from} imports ${to}: ${outside}/ knows the library by its package name only`;
  }
  if (to === bottom || top.includes(from)) return undefined;
  if (from === bottom) return `${from} imports ${to}: errors import nothing`;
  const layer = layerOf(from);
  const target = layerOf(to);
  if (layer === undefined) return `${from} belongs to no layer: add its folder to test/tidy/layers.ts`;
  if (target === undefined) return `${from} imports ${to}: nobody but the top of src/ imports the top`;
  if (layer === 'src/stream' && target === 'src/session' && !sessionTypes.includes(to)) {
    return `${from} imports ${to}: src/stream knows sessions by their interface only`;
  }
  if (layer === target || (layers[layer] as readonly string[]).includes(target)) return undefined;
  return `${from} imports ${to}: ${layer} may not import ${target}`;
}

function layerOf(path: string): string | undefined {
  return Object.keys(layers).find((layer) => path.startsWith(`${layer}/`));
}
