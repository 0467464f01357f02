package auth

// NewSecret returns a fresh secret of an API token.
func NewSecret() (string, error) { return newSecret() }

// WellFormed reports whether the text could be one.
func WellFormed(secret string) bool { return wellFormed(secret) }
