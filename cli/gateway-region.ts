/** `{id}.execute-api.{region}.amazonaws.com`: where an API of API Gateway answers under its own name. */
const API_GATEWAY = /^[a-z0-9]+\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** The region of an API Gateway address; undefined for any other. */
export const gatewayRegion = ({ hostname }: URL): string | undefined => API_GATEWAY.exec(hostname)?.[1];
