export type { DetectorRule } from './detect/detector.ts';
export type { Explanation } from './detect/explain.ts';
export type { Detector, TextField, TextFinding } from './detector.ts';
export { createDetector } from './detector.ts';
export type { PolicyProblem, WiremaskErrorCode } from './errors.ts';
export {
  LimitError,
  MaskingError,
  PolicyError,
  UnsupportedError,
  WireError,
  WiremaskError,
} from './errors.ts';
export type { EngineOptions as DetectorOptions } from './load-engine.ts';
export type { MaskerName } from './mask/masker.ts';
export type { Masker, MaskerOptions, PostgresOptions } from './masker.ts';
export { createMasker } from './masker.ts';
export type {
  ColumnRuleOptions,
  DetectOptions,
  FieldRuleOptions,
  MaskerOptions as MaskerSettings,
  MaskingOptions,
} from './policy/masking-rule.ts';
export type { HttpLimits } from './session/http/http-context.ts';
export { defaultHttpLimits } from './session/http/http-context.ts';
export type { RewriteRequest } from './session/http/request-side.ts';
export type { RewriteResponse } from './session/http/response-side.ts';
export type { HttpOptions, HttpSession } from './session/http/session.ts';
export type { SessionBudget, SessionLimits } from './session/limits.ts';
export { defaultSessionBudget, defaultSessionLimits } from './session/limits.ts';
export type { ReportListener } from './session/mask-report.ts';
export type { MaskingSession, MaskReport, Output } from './session/masking-session.ts';
export { CatalogReader } from './session/postgres/catalog/catalog-reader.ts';
export type {
  CatalogRelation,
  CatalogSnapshot,
  ViewColumnOrigin,
} from './session/postgres/catalog/catalog-snapshot.ts';
export type { CatalogStoreOptions, PartialCatalog } from './session/postgres/catalog/catalog-store.ts';
export { CatalogStore } from './session/postgres/catalog/catalog-store.ts';
export { encodeFatal } from './session/postgres/native-error.ts';
export type { PostgresSession } from './session/postgres/session.ts';
export { loadJsonKernel } from './wire/json/kernel/json-kernel.ts';
