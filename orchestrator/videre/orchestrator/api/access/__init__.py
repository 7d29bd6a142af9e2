"""ProjectService and CredentialService."""
