/** Why nothing can be measured or compared. Its message is for people and holds no value. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
