/** Creates an error as the SDK throws it: named after the service's code, with the HTTP status. */
export function awsError(name: string, httpStatusCode: number, message = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/** Throws if the input of a call has a field that its model does not know: it would be ignored. */
export function onlyKnown(call: string, input: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !known.includes(name))
      throw new Error(`Expected ${call} with ${known.join(', ')}; the model does not know ${name}`);
}
