"""DynamoDB, S3 and SQS: the key grammar and one file per aggregate."""
