/** The Emscripten module inside libpg-query, of which the package's own wrapper keeps a single instance. */
declare module 'libpg-query/wasm/libpg-query.js' {
  const createModule: () => Promise<unknown>;
  export = createModule;
}
