"""What an observer of behaviour can tell, and how much an episode, a honeypot or a clean record proves."""
