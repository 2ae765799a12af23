export type { CopyBinaryTuple } from './copy-binary.ts';
export {
  encodeCopyBinaryHeader,
  encodeCopyBinaryTrailer,
  encodeCopyBinaryTuple,
  parseCopyBinaryHeader,
  parseCopyBinaryTuple,
} from './copy-binary.ts';
export type { CopyCell } from './copy-cell.ts';
export { copyRowContentEnd, joinCopyCells } from './copy-cell.ts';
export type { CopyCsvOptions } from './copy-csv-row.ts';
export { encodeCopyCsvCell, parseCopyCsvRow } from './copy-csv-row.ts';
export type { CopyResponse } from './copy-response.ts';
export { encodeCopyResponse, parseCopyResponse } from './copy-response.ts';
export {
  encodeCopyTextCell,
  encodeCopyTextRow,
  parseCopyTextRow,
  splitCopyTextRow,
} from './copy-text-row.ts';
