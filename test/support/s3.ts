import { S3Client } from '@aws-sdk/client-s3';

/** S3 as the stack has it: path style, because its host names are not in any DNS. */
export const s3Of = (env: Record<string, string>): S3Client =>
  new S3Client({
    endpoint: env['AWS_ENDPOINT_URL']!,
    region: env['AWS_REGION']!,
    credentials: { accessKeyId: env['AWS_ACCESS_KEY_ID']!, secretAccessKey: env['AWS_SECRET_ACCESS_KEY']! },
    forcePathStyle: true,
  });
