/** Seals recorded histories of made patients. It protects nothing: it is published with them. */
export const TEST_PAYLOAD_KEYS = `published-test-key:${Buffer.alloc(32, 'not a secret').toString('base64')}`;
