// What the kernel needs of https://www.w3.org/TR/wasm-js-api/, which the types of this runtime leave out.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>;
    constructor(module: Module);
  }
}
