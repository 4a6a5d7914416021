"""What must hold for the whole repository, whoever changes which part."""
