"""The Graph API as a WhatsApp integration sees it: tokens, accounts, lines, messages, media."""
