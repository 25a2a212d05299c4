"""The e-mails and push notifications of campaigns."""
