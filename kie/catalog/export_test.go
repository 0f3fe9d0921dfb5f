package catalog

// Decode is what the first use costs.
func Decode() { decode() }
