/** What whoever runs the service has to put right; the message says what, and is shown without a trace. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
