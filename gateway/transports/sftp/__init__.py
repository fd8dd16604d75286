"""A partner's SFTP server, as a side to take from and to put into."""
