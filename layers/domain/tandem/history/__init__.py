"""The six-month import: chunks, receipts, the certificate."""
