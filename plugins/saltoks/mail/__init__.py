"""The only code that talks SMTP: a mail server as a value, and a postman who hands it mails."""
