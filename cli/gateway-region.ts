/** Default hostname of an API Gateway API: `{id}.execute-api.{region}.amazonaws.com`. */
const API_GATEWAY = /^[a-z0-9]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** Returns the region of an API Gateway URL; undefined for any other URL. */
export const gatewayRegion = ({ hostname }: URL): string | undefined => API_GATEWAY.exec(hostname)?.[1];
